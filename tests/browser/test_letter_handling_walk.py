"""A telephone call becomes a letter: entered, linked, given to two sections, instructed, answered from a template."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bureau.charter.models import Unit
from bureau.workflow import services as workflow
from sections.office.letters.choices import Status
from sections.office.letters.models import AnswerTemplate, Letter, LetterLink
from tests.factories import letters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "zh": SimpleNamespace(
        code="zh-hans",
        save="保存",
        go_on="继续办理",
        link="与{number}关联",
        assign="交科室办理",
        instruct="批示",
        draft="起草答复",
        insert="插入：来信收悉",
        propose="报办公室审核",
        lead="基础教育科",
        co="学前教育科",
        missing="还有科室未提交协办意见",
    ),
    "en": SimpleNamespace(
        code="en",
        save="Save",
        go_on="Go on handling the letter",
        link="Link with {number}",
        assign="Assign to a section",
        instruct="Give an instruction",
        draft="Write the answer",
        insert="Insert: 来信收悉",
        propose="Send to the office for approval",
        lead="Basic Education Section",
        co="Preschool Education Section",
        missing="Not all sections have contributed yet",
    ),
}


def typed(opened: Any, **values: str) -> Any:
    for name, value in values.items():
        opened.page.locator(f"#main [name={name}]").fill(value)
    return opened


def finish(opened: Any, name: str) -> Any:
    return opened.press(name, within=opened.page.locator("#main form#act-form"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_call_is_entered_linked_and_answered_by_two_sections(signed_in, cast, language) -> None:
    words = WORDS[language]
    earlier = letters.sent(title="校车站点", phone="13911112222").letter
    AnswerTemplate.objects.create(
        owner=Unit.objects.get(key="office"), title="来信收悉", text="来信（{编号}）收悉。"
    )
    letter = entered_and_linked(signed_in("office_clerk", language=words.code), words, earlier)
    workflow.perform(letter, "accept", by=cast.office_chief)
    address = f"/desk/office/letters/{letter.pk}/"
    assigned(signed_in("office_clerk", language=words.code).go(address), words)
    leader = signed_in("deputy_leader", language=words.code).go(address).take_step(words.instruct)
    finish(typed(leader, text="请一周内答复。"), words.instruct)
    answered(signed_in("basic_clerk", language=words.code).go(address), words, letter, earlier)


def entered_and_linked(clerk: Any, words: SimpleNamespace, earlier: Letter) -> Letter:
    clerk.go("/desk/office/letters/new/")
    assert clerk.complaints() == [] and not clerk.scrolls_sideways()
    typed(
        clerk,
        title="午餐",
        body="这周三天汤是凉的，我的孩子在三年级2班。",
        name="李示例",
        phone="139 1111 2222",
    )
    typed(clerk, about_name="食堂承包人")
    clerk.page.locator("#main select[name=kind]").select_option("request")
    clerk.press(words.save)
    letter = Letter.objects.latest("pk")
    assert letter.number in clerk.text()
    assert clerk.complaints() == []
    clerk.follow(words.go_on)
    assert earlier.title in clerk.text()
    assert clerk.complaints() == []
    clerk.follow(words.link.format(number=earlier.number))
    typed(clerk, reason="同一位家长").press(words.save)
    assert LetterLink.objects.get().second == letter
    return letter


def assigned(clerk: Any, words: SimpleNamespace) -> None:
    clerk.take_step(words.assign)
    clerk.page.locator("#main select[name=unit]").select_option(label=words.lead)
    clerk.page.get_by_label(words.co, exact=True).check()
    assert "三年级2班" in clerk.text()  # what could say who wrote it, to be confirmed
    finish(clerk, words.assign)
    assert clerk.complaints() == [] and not clerk.scrolls_sideways()
    clerk.page.locator("#main [name=leaks_seen]").check()
    finish(clerk, words.assign)


def answered(section: Any, words: SimpleNamespace, letter: Letter, earlier: Letter) -> None:
    assert "请一周内答复。" in section.text() and words.co in section.text()
    for secret in ("李示例", "13911112222", earlier.number):
        assert secret not in section.page.content()
    assert section.complaints() == [] and not section.scrolls_sideways()
    section.take_step(words.draft)
    typed(section, answer="家长您好：").press(words.insert)
    box = section.page.locator("#main [name=answer]")
    assert box.input_value() == f"家长您好：\n\n来信（{letter.number}）收悉。"
    section.page.locator("#main [name=outcome][value=explained]").check()
    finish(section, words.draft)
    section.take_step(words.propose)
    assert words.missing in section.text()
    section.page.locator("#main [name=is_complete]").check()
    finish(section, words.propose)
    letter.refresh_from_db()
    assert letter.status == Status.PROPOSED
