"""The office records whom a letter is about and asks for an explanation; the principal explains and sees no letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from sections.office.explanations.choices import ExplanationStatus
from sections.office.explanations.models import Explanation
from sections.office.letters.models import Letter
from tests.factories import letters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUBJECT, TEXT = "关于放学秩序的说明", "请说明放学时段校门口的秩序安排。"
EXPLANATION = "放学时段有两名教师值守。"
SECRETS = ("Canarytitle", "Canarybody", "Canarywriter", "13912345678")


@pytest.mark.parametrize(("code", "chart"), [("zh-hans", "jinzhong"), ("en", "compact")])
def test_a_principal_explains_and_finds_nothing_of_the_letter(
    signed_in: Any, cast: Any, phone: dict[str, int], code: str, on_chart: Any, chart: str
) -> None:
    on_chart(chart)

    def words(text: str) -> str:
        with translation.override(code):
            return gettext(text)

    letter = letters.accepted(
        cast, title="Canarytitle", body="Canarybody", name="Canarywriter", phone="13912345678"
    )
    clerk = signed_in("office_clerk", language=code)
    recorded(clerk, words, letter)
    asked(clerk, words, letter, cast)
    explanation = sent_by_a_second_person(signed_in("office_chief", language=code), words)
    principal = signed_in("principal", "/school/", language=code, viewport=phone)
    explained(principal, words, explanation, letter)
    clerk.go(f"/desk/office/explanations/{explanation.pk}/")
    assert EXPLANATION in clerk.text()
    assert letter.number in clerk.text()
    assert clerk.complaints() == []
    assert clerk.messages == []


def finish(opened: Any, name: str) -> Any:
    return opened.press(name, within=opened.page.locator("#main form"))


def recorded(clerk: Any, words: Callable[[str], str], letter: Letter) -> None:
    step = words("Record whom it is about")
    clerk.go(f"/desk/office/letters/{letter.pk}/").take_step(step)
    assert clerk.complaints() == []
    clerk.fill(words("Person complained about, with an account on the portal"), "Principal")
    finish(clerk, step)
    assert "Principal" in clerk.text()
    assert clerk.complaints() == []


def asked(clerk: Any, words: Callable[[str], str], letter: Letter, cast: Any) -> None:
    clerk.follow(words("Ask for an explanation"))
    assert clerk.complaints() == []
    clerk.page.locator("select[name=recipient]").select_option(str(cast.school.unit_id))
    clerk.page.locator("input[name=subject]").fill(SUBJECT)
    clerk.page.locator("textarea[name=text]").fill(TEXT)
    finish(clerk, words("Save"))
    clerk.take_step(words("Hand to a second person"))
    assert Explanation.objects.get().status == ExplanationStatus.CHECKING


def sent_by_a_second_person(chief: Any, words: Callable[[str], str]) -> Explanation:
    explanation = Explanation.objects.get()
    step = words("Send to the recipient")
    chief.go(f"/desk/office/explanations/{explanation.pk}/").take_step(step)
    finish(chief, step)
    explanation.refresh_from_db()
    assert explanation.status == ExplanationStatus.SENT
    return explanation


def explained(principal: Any, words: Callable[[str], str], explanation: Explanation, letter: Letter) -> None:
    pages = [principal.page.content()]
    line = principal.go("/school/").page.locator(".box li").filter(has_text=explanation.number)
    principal.click(line.locator(".go a"))
    assert TEXT in principal.text()
    assert principal.complaints() == []
    assert not principal.scrolls_sideways()
    pages.append(principal.page.content())
    step = words("Explain")
    principal.take_step(step)
    principal.fill(words("Your explanation"), EXPLANATION)
    pages.append(principal.page.content())
    finish(principal, step)
    for where in ("/school/", "/school/notices/", "/school/office/explanations/"):
        pages.append(principal.go(where).page.content())
    for secret in (*SECRETS, letter.number, f"/letters/{letter.pk}/"):
        assert not [page for page in pages if secret in page], secret
    assert principal.messages == []
    principal.go(f"/desk/office/letters/{letter.pk}/")
    assert letter.title not in principal.page.content()
