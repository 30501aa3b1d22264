"""A doubtful answer is warned of, a redacted one is published with two people, found, and withdrawn for everybody."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bureau.workflow import services as workflow
from sections.office.answers.choices import Status
from sections.office.answers.models import PublishedAnswer
from sections.office.letters.models import AnswerWarning, Letter
from tests.factories import letters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANSWER = "您反映的情况我局已经安排相关学校核实，学校将于九月底前完成整改并在公告栏公布结果。"
BUS = "我们小区离最近的校车站点有九百米，请问新学期线路是否调整？希望在北门增设站点。"
MEALS = "学校食堂的菜谱能不能每周公示一次？价格也应当写清楚。请致电13912345678联系我。"
HOTLINE = "咨询电话13800001111。"

WORDS = {
    "zh": SimpleNamespace(
        code="zh-hans",
        draft="起草答复",
        answer="答复",
        explained="解释说明",
        propose="报办公室审核",
        why="两封信都由同一所学校办理，整改时间相同。",
        prepare="准备公开这份答复",
        how="写信人同意公开的方式",
        by_phone="电话",
        day="同意日期",
        save="保存",
        edit="修改",
        check="核对文本",
        publish="发布",
        withdraw="撤回公开",
        reason="理由",
        search="搜索",
        words="关键词",
        gone="这份答复已撤回",
    ),
    "en": SimpleNamespace(
        code="en",
        draft="Write the answer",
        answer="Answer",
        explained="explained",
        propose="Send to the office for approval",
        why="Both letters concern one school.",
        prepare="Prepare the answer for publication",
        how="How the writer agreed",
        by_phone="by telephone",
        day="Agreed on",
        save="Save",
        edit="Edit",
        check="Check the text",
        publish="Publish",
        withdraw="Withdraw from the public",
        reason="Reason",
        search="Search",
        words="Words",
        gone="This answer was withdrawn",
    ),
}


@pytest.fixture
def people(signed_in: Any) -> Any:
    def enter(language: str) -> SimpleNamespace:
        names = ("office_clerk", "office_chief", "basic_clerk")
        return SimpleNamespace(**{name: signed_in(name, language=language) for name in names})

    return enter


def finish(opened: Any, name: str) -> Any:
    return opened.press(name, within=opened.page.locator("#main form"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_a_doubtful_answer_to_a_withdrawn_one(visit, people, cast, phone, language):
    words = WORDS[language]
    staff = people(words.code)
    letter = drafted_alike(cast)
    warned(staff.basic_clerk, words, letter)
    workflow.perform(Letter.objects.get(pk=letter.pk), "approve", by=cast.office_chief)
    published = prepared(staff.office_clerk, words, letter)
    checked_and_published(staff.office_chief, words, published)
    read_and_gone(visit, staff.office_chief, words, published, letter, phone, language)


def drafted_alike(cast: Any) -> Letter:
    """One answer is out; a second letter, which asks for something else, gets nearly the same one."""
    data = {"answer": ANSWER, "outcome": "explained"}
    first = letters.assigned(cast, title="校车站点", body=BUS)
    first = workflow.perform(first, "draft", by=cast.basic_clerk, data=data)
    workflow.perform(first, "propose", by=cast.basic_clerk)
    second = letters.assigned(cast, title="食堂菜谱公示", body=MEALS, name="王示例")
    data = {"answer": f"{ANSWER}{HOTLINE}", "outcome": "explained"}
    return workflow.perform(second, "draft", by=cast.basic_clerk, data=data)


def warned(opened: Any, words: SimpleNamespace, letter: Letter) -> None:
    opened.go(f"/desk/office/letters/{letter.pk}/")
    opened.take_step(words.propose)
    letter.refresh_from_db()
    assert letter.status == "drafting"
    box = opened.page.locator("textarea[name=guard_alike]")
    box.wait_for()
    assert opened.complaints() == []
    box.fill(words.why)
    finish(opened, words.propose)
    letter.refresh_from_db()
    assert letter.status == "proposed"
    assert AnswerWarning.objects.get().reason == words.why


def prepared(opened: Any, words: SimpleNamespace, letter: Letter) -> PublishedAnswer:
    opened.go(f"/desk/office/letters/{letter.pk}/").follow(words.prepare)
    opened.box(words.how).select_option(label=words.by_phone)
    opened.fill(words.day, "2026-01-05")
    assert opened.complaints() == []
    opened.click(opened.page.locator("#main form button.btn").first)
    published = PublishedAnswer.objects.get()
    assert "13912345678" not in published.question
    # A number that the answer itself gives is put back by hand: the scan finds it.
    opened.go(f"/desk/office/public-answers/{published.pk}/edit/")
    opened.page.locator("textarea[name=answer]").fill(f"{ANSWER}{HOTLINE}")
    opened.click(opened.page.locator("#main form button.btn").first)
    assert "13800001111" in opened.text()
    assert opened.complaints() == []
    return published


def checked_and_published(opened: Any, words: SimpleNamespace, published: PublishedAnswer) -> None:
    opened.go(f"/desk/office/public-answers/{published.pk}/")
    opened.take_step(words.check)
    reason = opened.page.locator("input[name^=why_]")
    reason.wait_for()
    finish(opened, words.check)
    assert state(published) == Status.DRAFTED
    reason.wait_for()
    reason.fill(words.why)
    finish(opened, words.check)
    assert state(published) == Status.CHECKED
    opened.take_step(words.publish)
    finish(opened, words.publish)
    assert state(published) == Status.PUBLISHED


def read_and_gone(
    visit: Any,
    opened: Any,
    words: SimpleNamespace,
    published: PublishedAnswer,
    letter: Letter,
    phone: Any,
    language: str,
) -> None:
    reader = visit(f"/{language}/answers/", viewport=phone)
    assert not reader.scrolls_sideways() and reader.complaints() == []
    reader.fill(words.words, "菜谱").press(words.search)
    reader.follow(published.title)
    assert "公告栏公布结果" in reader.text() and letter.number not in reader.page.content()
    assert not reader.scrolls_sideways() and reader.complaints() == []
    opened.go(f"/desk/office/public-answers/{published.pk}/")
    opened.take_step(words.withdraw)
    opened.fill(words.reason, "政策已经调整。")
    finish(opened, words.withdraw)
    assert state(published) == Status.WITHDRAWN
    # The reader's own browser may show the page for a minute more; somebody else is told at once.
    reader = visit(f"/{language}/answers/{published.number}/", viewport=phone)
    assert words.gone in reader.page.inner_text("body")
    assert "公告栏" not in reader.page.content()
    reader.go(f"/{language}/answers/?q=菜谱")
    assert published.title not in reader.text()


def state(published: PublishedAnswer) -> str:
    published.refresh_from_db()
    return published.status
