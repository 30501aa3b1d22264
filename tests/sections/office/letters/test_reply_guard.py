"""The reply guard: what it notices, that the author goes on only with a reason, and who sees how often."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bureau.access.services import permitted
from bureau.workflow import services as workflow
from sections.office.letters import reply_guard
from sections.office.letters.choices import Status, Warned
from sections.office.letters.models import AnswerWarning, Letter, StockPhrase
from sections.office.letters.warning_rates import rates
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db

BUS = "我们小区离最近的校车站点有九百米，请问新学期线路是否调整？希望在北门增设站点。"
MEALS = "学校食堂的菜谱能不能每周公示一次？价格也应当写清楚，方便家长监督。"
ANSWER = "您反映的情况我局已经安排相关学校核实，学校将于九月底前完成整改并在公告栏公布结果。"


def drafted(cast: Cast, answer: str, **changes: Any) -> Letter:
    data = {"answer": answer, "outcome": "supported"}
    return workflow.perform(letters.assigned(cast, **changes), "draft", by=cast.basic_clerk, data=data)


def kinds(letter: Letter, cast: Cast, step: str = "propose") -> set[str]:
    by = cast.basic_clerk if step == "propose" else cast.office_chief
    return {one.kind.value for one in reply_guard.warnings_of(letter, by, step)}


# -- what is noticed --------------------------------------------------------------------------------------


def test_nearly_the_same_answer_to_an_unlike_letter_is_noticed(cast: Cast) -> None:
    first = drafted(cast, ANSWER, title="校车", body=BUS)
    workflow.perform(first, "propose", by=cast.basic_clerk)
    second = drafted(cast, ANSWER.replace("九月底", "十月底"), title="食堂", body=MEALS)
    found = reply_guard.warnings_of(second, cast.basic_clerk, "propose")
    assert [one.kind for one in found] == [Warned.ALIKE]
    assert first.number in found[0].sentence


def test_the_same_answer_to_a_like_letter_is_right(cast: Cast) -> None:
    workflow.perform(drafted(cast, ANSWER, title="校车", body=BUS), "propose", by=cast.basic_clerk)
    assert kinds(drafted(cast, ANSWER, title="校车站", body=f"您好！{BUS}谢谢。"), cast) == set()


def test_answers_of_other_sections_and_of_letters_kept_from_the_author_are_not_compared(cast: Cast) -> None:
    other = letters.assigned(cast, to="preschool", title="校车", body=BUS)
    data = {"answer": ANSWER, "outcome": "supported"}
    workflow.perform(
        workflow.perform(other, "draft", by=cast.preschool_clerk, data=data),
        "propose",
        by=cast.preschool_clerk,
    )
    assert kinds(drafted(cast, ANSWER, title="食堂", body=MEALS), cast) == set()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1. 校车何时开通？2. 费用多少？3、谁负责？", 3),
        ("一、校车何时开通？二、费用多少？", 2),
        ("（1）何时（2）何地（3）何人（4）何故", 4),
        ("（一）何时（二）何地", 2),
        ("第一，何时；第二，何地；第三，何人", 3),
        ("①何时②何地", 2),
        ("When? 1) in May 2) in June", 2),
        ("三月、四月、五月都没有水", 0),
        ("学费 12.5 元，2026.9.1 开学，共 3 个班", 0),
        ("第二小学的问题", 0),
        ("1. 只有一个问题", 0),
        ("十、" + "".join(f"{number}、问" for number in "一二三四五六七八九"), 10),
    ],
)
def test_numbered_questions_are_counted(text: str, count: int) -> None:
    assert reply_guard.numbered_questions(text) == count


def test_a_numbered_question_that_the_answer_passes_over_is_noticed(cast: Cast) -> None:
    asked = "一、校车何时开通？二、费用多少？三、谁负责安全？"
    letter = drafted(cast, "第一，九月开通。第三个问题由学校负责。", body=asked)
    found = reply_guard.warnings_of(letter, cast.basic_clerk, "propose")
    assert [one.kind for one in found] == [Warned.UNANSWERED]
    assert "number 2" in found[0].sentence
    assert kinds(drafted(cast, "1、九月开通。2、免费。3、学校负责。", body=asked), cast) == set()


def test_stock_phrases_come_from_the_table_of_the_office(cast: Cast) -> None:
    answer = "来信收悉，已转相关部门处理，请耐心等待。"
    assert StockPhrase.objects.filter(phrase="已转相关部门处理").exists()
    assert kinds(drafted(cast, answer), cast) == {"stock"}
    StockPhrase.objects.filter(phrase="已转相关部门处理").update(is_active=False)
    assert kinds(drafted(cast, answer), cast) == set()
    StockPhrase.objects.create(phrase="请耐心等待", reason="写明何时答复。")
    assert kinds(drafted(cast, answer), cast) == {"stock"}


def test_an_answer_short_against_a_long_letter_and_one_that_names_the_writer_are_noticed(cast: Cast) -> None:
    assert kinds(drafted(cast, "已处理。", body=BUS * 8), cast) == {"short"}
    assert kinds(drafted(cast, "已处理。", body=BUS), cast) == set()
    assert kinds(drafted(cast, "王示例同志：校车九月开通。", name="王示例"), cast) == {"named"}


def test_many_answers_approved_within_a_minute_are_noticed(cast: Cast, settings: Any) -> None:
    settings.REPLY_GUARD_PER_MINUTE = 2
    waiting = [letters.proposed(cast) for _number in range(3)]
    for letter in waiting[:2]:
        workflow.perform(letter, "approve", by=cast.office_chief)
    with pytest.raises(workflow.Invalid):
        workflow.perform(waiting[2], "approve", by=cast.office_chief)
    done = workflow.perform(
        waiting[2], "approve", by=cast.office_chief, data={"guard_mass": "All ask for the same timetable."}
    )
    assert done.status == Status.ANSWERED
    row = AnswerWarning.objects.get()
    assert (row.kind, row.step, row.by, row.unit) == ("mass", "approve", cast.office_chief, done.unit)


# -- going on ---------------------------------------------------------------------------------------------


def test_without_a_reason_for_each_warning_nothing_moves_and_nothing_is_noted(cast: Cast) -> None:
    letter = drafted(cast, "王示例同志：已转相关部门处理。", name="王示例")
    for data in ({}, {"guard_stock": "They handle it."}, {"guard_stock": "x", "guard_named": "  "}):
        with pytest.raises(workflow.Invalid):
            workflow.perform(letter, "propose", by=cast.basic_clerk, data=data)
    assert not AnswerWarning.objects.exists()
    letter.refresh_from_db()
    assert letter.status == Status.DRAFTING


def test_each_reason_is_kept_and_nothing_of_the_letter(cast: Cast) -> None:
    letter = drafted(cast, "王示例同志：已转相关部门处理。", name="王示例")
    data = {"guard_stock": "The law says so.", "guard_named": "He asked for it."}
    workflow.perform(letter, "propose", by=cast.basic_clerk, data=data)
    rows = AnswerWarning.objects.order_by("kind")
    assert [(row.kind, row.reason) for row in rows] == [
        ("named", "He asked for it."),
        ("stock", "The law says so."),
    ]
    stored = str(list(AnswerWarning.objects.values()))
    assert "王示例" not in stored and "已转" not in stored


def test_the_page_of_the_step_lists_the_warnings_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    letter = drafted(cast, "王示例同志：已转相关部门处理。", name="王示例")
    client.force_login(cast.basic_clerk)
    address = f"/desk/office/letters/{letter.pk}/do/propose/"
    page = client.post(address, {"seen": letter.version, "guard_stock": "The law says so."}, follow=True)
    assert page.status_code == 422
    text = page.content.decode()
    assert 'name="guard_named"' in text and "The law says so." in text
    page = client.post(
        address, {"seen": letter.version, "guard_stock": "The law says so.", "guard_named": "He asked."}
    )
    assert page.status_code == 302
    letter.refresh_from_db()
    assert letter.status == Status.PROPOSED


def test_an_answer_without_warnings_goes_on_by_its_button(cast: Cast, client: Client) -> None:
    letter = drafted(cast, "The bus stops at the north gate.")
    client.force_login(cast.basic_clerk)
    assert (
        client.post(f"/desk/office/letters/{letter.pk}/do/propose/", {"seen": letter.version}).status_code
        == 302
    )


# -- supervisors ------------------------------------------------------------------------------------------


@pytest.fixture
def warned(cast: Cast) -> Letter:
    letter = drafted(cast, "王示例同志：校车九月开通。", name="王示例", school=cast.school)
    letter = workflow.perform(letter, "propose", by=cast.basic_clerk, data={"guard_named": "He asked."})
    letters.proposed(cast)
    return letter


def test_supervisors_see_the_warnings_and_nobody_else(cast: Cast, warned: Letter) -> None:
    seeing = {name for name, user in cast.people().items() if permitted(user, "view", AnswerWarning).exists()}
    assert seeing == {"office_chief", "deputy_leader", "bureau_leader"}


def test_the_rate_is_counted_per_section_and_author(cast: Cast, warned: Letter) -> None:
    sections, people = rates(cast.office_chief, warned.received_on)
    assert [(one.answers, one.warned, one.percent) for one in sections] == [(2, 1, 50)]
    assert [(one.person, one.answers, one.warned) for one in people] == [("Basic Clerk", 2, 1)]


def test_the_page_of_rates_is_for_supervisors_and_names_no_letter(cast: Cast, warned: Letter) -> None:
    address = reverse("desk:office:answer_warning_rates")
    for name, status in (
        ("office_chief", 200),
        ("deputy_leader", 200),
        ("office_clerk", 403),
        ("basic_clerk", 403),
    ):
        client = Client()
        client.force_login(getattr(cast, name))
        page = client.get(address)
        assert page.status_code == status, name
        assert warned.number not in page.content.decode()
    assert "Basic Clerk" in _page(cast.office_chief, address)


def test_the_approver_reads_the_reason_on_the_page_of_the_letter(cast: Cast, warned: Letter) -> None:
    address = f"/desk/office/letters/{warned.pk}/"
    assert "He asked." in _page(cast.office_chief, address)
    assert "He asked." not in _page(cast.basic_clerk, address)


def _page(user: Any, address: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


def test_the_office_keeps_the_table_and_a_changed_row_is_left_alone(cast: Cast) -> None:
    from sections.office.letters.loaders import load_stock_phrases

    client = Client()
    client.force_login(cast.office_chief)
    row = StockPhrase.objects.get(key="passed_on")
    address = f"/desk/office/stock-phrases/{row.pk}/edit/"
    form = client.get(address).context["form"]
    data = {"phrase": "已转办", "reason": row.reason, "version": form["version"].value()}
    assert client.post(address, data).status_code == 302
    row.refresh_from_db()
    assert (row.phrase, row.is_active, row.changed_by) == ("已转办", False, "Office Chief")
    load_stock_phrases()
    assert not StockPhrase.objects.filter(phrase="已转相关部门处理").exists()
    clerk = Client()
    clerk.force_login(cast.basic_clerk)
    assert clerk.get(address).status_code == 404
