"""More time, an answer, a review: the section, the leader, the writer and the reviewer, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from bureau.deadlines.explanations import day_text
from bureau.deadlines.selectors import open_clock
from bureau.workflow import services as workflow
from sections.office.letters.models import Letter
from sections.office.reviews.models import Review
from tests.cast import Cast
from tests.factories import letters
from tests.factories.reviews import reviewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHY_MORE = "三家公交公司需要分别征求意见。"
WHY_REVIEW = "站点仍然在九百米以外。"
OPINION = "经复查，原答复符合规定，予以维持。"
CODES = {"zh": "zh-hans", "en": "en"}


def assigned(cast: Cast) -> tuple[Letter, str]:
    receipt = letters.sent()
    letter = receipt.letter
    data: dict[str, Any] = {"kind": letter.kind, "school": None}
    letter = workflow.perform(letter, "register", by=cast.office_clerk, data=data)
    letter = workflow.perform(letter, "accept", by=cast.office_chief)
    unit = cast.basic_clerk.memberships.get().unit
    return workflow.perform(letter, "assign", by=cast.office_clerk, data={"unit": unit}), receipt.code


def answer(letter: Letter, cast: Cast) -> None:
    data = {"answer": "站点位置符合规定。", "outcome": "explained"}
    workflow.perform(letter, "draft", by=cast.basic_clerk, data=data)
    workflow.perform(letter, "propose", by=cast.basic_clerk)
    workflow.perform(letter, "approve", by=cast.office_chief)


def give_opinion(opened, say):
    opened.take_step(say("Give the opinion"))
    opened.page.get_by_label(say("answer upheld"), exact=True).check()
    opened.fill(say("Opinion"), OPINION)
    opened.press(say("Give the opinion"), within=opened.page.locator("#main form"))


def track(visit, language, say, number, code):
    """Whoever wrote, without a script, at the page of the letter."""
    writer = visit(f"/{language}/track/", javascript=False)
    return writer.fill(say("Number"), number).fill(say("Code"), code).press(say("See progress"))


@pytest.mark.parametrize(("language", "chart"), [("zh", "jinzhong"), ("en", "compact")])
def test_more_time_then_an_answer_then_a_review(visit, signed_in, cast, language, on_chart, chart):
    on_chart(chart)

    def say(text: str) -> str:
        with translation.override(CODES[language]):
            return translation.gettext(text)

    letter, code = assigned(cast)
    page = f"/desk/office/letters/{letter.pk}/"

    section = signed_in("basic_clerk", page, language=CODES[language])
    section.take_step(say("Ask for more time"))
    section.fill(say("Days more"), "20").fill(say("Reason"), WHY_MORE)
    section.press(say("Ask for more time"), within=section.page.locator("#main form"))

    leader = signed_in("deputy_leader", "/desk/", language=CODES[language])
    leader.click(leader.page.locator(".box li").filter(has_text=letter.number).locator(".go a"))
    assert WHY_MORE in leader.text()
    assert leader.complaints() == []
    leader.take_step(say("Agree to more time"))
    leader.press(say("Agree to more time"), within=leader.page.locator("#main form"))
    clock = open_clock("letters.reply", letter)
    assert clock is not None and clock.extension == 20

    writer = track(visit, language, say, letter.number, code)
    with translation.override(CODES[language]):
        assert day_text(clock.due_on) in writer.text()
    assert WHY_MORE in writer.text()

    answer(letter, cast)
    here = writer.page.url
    writer.page.goto(here)
    writer.page.locator("aside summary").filter(has_text=say("Ask for a review")).click()
    writer.fill(say("Why do you not agree with the answer?"), WHY_REVIEW)
    writer.press(say("Ask for the review"))
    review = Review.objects.get()
    assert review.number in writer.text()

    cast.office_reviewer = reviewer()
    other = signed_in("office_reviewer", "/desk/", language=CODES[language])
    other.click(other.page.locator(".box li").filter(has_text=review.number).locator(".go a"))
    assert WHY_REVIEW in other.text()
    assert other.complaints() == []
    give_opinion(other, say)

    writer.page.goto(here)
    assert OPINION in writer.text()
    assert not writer.scrolls_sideways()
    assert writer.messages == []
    for opened in (section, leader, other):
        assert opened.messages == []


def test_the_list_of_deadlines_is_open_to_everybody(signed_in, cast, phone):
    letters.assigned(cast)
    opened = signed_in("office_chief", "/desk/office/letters/deadlines/?list=soon", viewport=phone)
    assert opened.complaints() == []
    assert not opened.scrolls_sideways()
