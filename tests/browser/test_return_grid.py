"""A school fills in a grid: by keyboard, by a pasted block, without a network, two at once, on a phone."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from schools.returns.definition import (
    CellSpec,
    Definition,
    Line,
    Part,
    Question,
    Questions,
    Rows,
    Table,
    Words,
)
from schools.returns.models import Return
from tests.factories import returns

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GRADES = 10
NAMES = ("班数", "男生", "女生", "寄宿生", "随迁子女", "残疾学生")
SAVED = re.compile(r"saved at \d\d:\d\d|保存")


def sixty() -> Definition:
    """Ten grades, six columns to fill in, one worked out; a total row; questions and repeated rows."""
    rows = [Line(f"g{n}", Words(f"{n}年级", f"Grade {n}")) for n in range(1, GRADES + 1)]
    columns = [
        Line(f"c{n}", Words(name, f"Column {n}"), spec=CellSpec(least="0")) for n, name in enumerate(NAMES, 1)
    ]
    columns.append(Line("all", Words("合计", "All"), is_total=True))
    cells = {
        f"{row.key}.all": CellSpec(computed=f"pupils.{row.key}.c2 + pupils.{row.key}.c3", change_percent=20)
        for row in rows
    }
    rows.append(Line("total", Words("合计", "Total"), is_total=True))
    cells |= {
        f"total.{column.key}": CellSpec(
            computed=" + ".join(f"pupils.g{n}.{column.key}" for n in range(1, GRADES + 1))
        )
        for column in columns
    }
    table = Table("pupils", Words("在校学生数", "Pupils"), tuple(rows), tuple(columns), cells)
    yes = CellSpec("yes_no", required=True)
    questions = Questions(
        "money",
        Words("其他情况", "More"),
        (
            Question("spent", Words("公用经费支出", "Spent"), CellSpec("money", unit=Words("元", "yuan"))),
            Question("safe", Words("消防设施是否完好", "Is the fire equipment in order?"), yes),
            Question("on", Words("检查日期", "Day of the check"), CellSpec("date")),
            Question(
                "note", Words("说明", "Note"), CellSpec("text"), hint=Words("简要说明情况。", "In short.")
            ),
        ),
    )
    rooms = Rows(
        "rooms",
        Words("专用教室", "Special rooms"),
        (
            Question("name", Words("名称", "Name"), CellSpec("text")),
            Question("area", Words("面积（平方米）", "Area"), CellSpec("decimal")),
        ),
    )
    parts = (
        Part("pupils", Words("分年级学生数", "Pupils by grade"), (table,)),
        Part("rest", Words("其他情况", "Other"), (questions, rooms)),
    )
    return Definition(parts)


@pytest.fixture
def record(cast) -> Return:
    collection = returns.CollectionFactory(
        version_of_form__definition=sixty().written(), title_zh="2025年学校基础统计", title="Basic statistics"
    )
    return returns.issued(cast, collection=collection)


def part(record: Return, key: str = "pupils") -> str:
    return reverse("school:schools:return_part", args=[record.pk, key])


def box(opened, name: str):
    return opened.page.locator(f"[id='c-{name}']")


def saved(opened) -> None:
    opened.page.locator("#entry-state").filter(has_text=SAVED).wait_for()


def paste(opened, name: str, block: str) -> None:
    box(opened, name).focus()
    opened.page.evaluate(
        """([id, text]) => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.getElementById(id).dispatchEvent(
          new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }""",
        [f"c-{name}", block],
    )


def values(record: Return) -> dict[str, str]:
    return Return.objects.get(pk=record.pk).values


def test_sixty_cells_are_filled_by_keyboard_alone(signed_in, record):
    clerk = signed_in("school_clerk", part(record))
    box(clerk, "A-A1").focus()
    for number in range(1, 61):
        clerk.page.keyboard.type(str(number))
        clerk.page.keyboard.press("Enter")
    clerk.page.keyboard.press("ArrowUp")
    clerk.page.keyboard.press("ArrowLeft")
    assert clerk.page.evaluate("document.activeElement.id") == "c-A-E9"
    saved(clerk)
    found = values(record)
    assert found["pupils.g1.c1"] == "1"
    assert found["pupils.g10.c6"] == "60"
    assert box(clerk, "A-G1").inner_text() == str(11 + 21)
    assert box(clerk, "A-A11").inner_text() == "55"
    assert clerk.messages == []


def test_arrows_leave_the_caret_alone_inside_a_figure(signed_in, record):
    clerk = signed_in("school_clerk", part(record))
    box(clerk, "A-B1").focus()
    clerk.page.keyboard.type("123")
    clerk.page.keyboard.press("ArrowLeft")
    clerk.page.keyboard.type("9")
    assert box(clerk, "A-B1").input_value() == "1293"
    clerk.page.keyboard.press("End")
    clerk.page.keyboard.press("ArrowRight")
    assert clerk.page.evaluate("document.activeElement.id") == "c-A-C1"


def test_a_block_from_a_workbook_fills_right_and_down(signed_in, record):
    clerk = signed_in("school_clerk", part(record))
    paste(clerk, "A-B9", "1,200\t30\r\n３１\tmany\r\n5\t6\r\n7\t8\r\n")
    assert "5 cells" not in clerk.page.locator("#entry-state").inner_text()
    assert clerk.page.locator("#entry-state").inner_text() == (
        "4 cells filled, 1 not numbers. 2 values did not fit into the table."
    )
    assert box(clerk, "A-C10").input_value() == "many"
    saved(clerk)
    assert values(record)["pupils.g9.c2"] == "1200"
    assert "pupils.g10.c3" not in values(record)
    message = clerk.page.locator("tr.msg")
    assert "many" in message.inner_text()
    assert message.evaluate("row => row.previousElementSibling.querySelector('input').id") == "c-A-A10"


def test_a_lost_network_loses_nothing(signed_in, record):
    clerk = signed_in("school_clerk", part(record))
    clerk.page.context.set_offline(True)
    box(clerk, "A-A1").fill("12")
    again = clerk.page.get_by_role("button", name="Try again")
    again.wait_for()
    assert box(clerk, "A-A1").input_value() == "12"
    box(clerk, "A-A2").fill("13")
    clerk.page.context.set_offline(False)
    saved(clerk)
    assert (values(record)["pupils.g1.c1"], values(record)["pupils.g2.c1"]) == ("12", "13")
    assert not again.is_visible()


def test_two_people_in_one_grid_see_each_other(signed_in, record, cast):
    clerk = signed_in("school_clerk", part(record))
    principal = signed_in("principal", part(record))
    box(clerk, "A-A1").fill("12")
    box(clerk, "A-A2").fill("14")
    saved(clerk)
    box(principal, "A-A1").fill("15")
    box(principal, "A-B1").fill("40")
    saved(principal)
    assert values(record)["pupils.g1.c1"] == "12"
    assert values(record)["pupils.g1.c2"] == "40"
    assert box(principal, "A-A2").input_value() == "14"
    conflict = principal.page.locator("tr.msg")
    assert cast.school_clerk.audit_name in conflict.inner_text()
    assert "15" in conflict.inner_text()
    principal.press("Save", within=principal.page.locator(".actbar"))
    assert values(record)["pupils.g1.c1"] == "15"


def test_an_ended_session_carries_the_grid_through_sign_in(signed_in, record, cast):
    cast.school_clerk.set_password("a long enough pass phrase 7")
    cast.school_clerk.save()
    clerk = signed_in("school_clerk", part(record))
    box(clerk, "A-A1").fill("12")
    clerk.page.context.clear_cookies(name="sessionid")
    clerk.page.locator("#entry-trouble").filter(has_text="session has ended").wait_for()
    clerk.press("Save", within=clerk.page.locator(".actbar"))
    clerk.page.locator("input[name=login]").fill(cast.school_clerk.username)
    clerk.page.locator("input[name=password]").fill("a long enough pass phrase 7")
    clerk.press("Sign in")
    clerk.press("Send what I typed")
    assert values(record)["pupils.g1.c1"] == "12"
    assert box(clerk, "A-A1").input_value() == "12"


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_scrolls_the_table_and_not_the_page(signed_in, record, width):
    clerk = signed_in(
        "school_clerk", part(record), language="zh-hans", viewport={"width": width, "height": 740}
    )
    assert not clerk.scrolls_sideways()
    box(clerk, "A-F1").focus()
    head = clerk.page.locator("table.eg tbody th").first.bounding_box()
    cell = box(clerk, "A-F1").bounding_box()
    assert head["x"] >= 0
    assert head["x"] + head["width"] <= cell["x"] + 1
    assert cell["x"] + cell["width"] <= width
    assert clerk.messages == []


@pytest.mark.parametrize("key", ["pupils", "rest"])
def test_a_part_is_accessible(signed_in, record, key):
    clerk = signed_in("school_clerk", part(record, key), language="zh-hans")
    box(clerk, "A-A1" if key == "pupils" else "B-A1").fill("许多")
    clerk.press(
        "校验本分表" if clerk.page.get_by_role("button", name="校验本分表").count() else "Check this part"
    )
    assert clerk.complaints() == []


def test_a_return_is_filled_in_without_a_script(signed_in, record):
    clerk = signed_in("school_clerk", part(record), javascript=False)
    box(clerk, "A-A1").fill("4")
    box(clerk, "A-B1").fill("x")
    clerk.press("Save, next: Other")
    assert "There is a problem" in clerk.text()
    assert box(clerk, "A-B1").input_value() == "x"
    box(clerk, "A-B1").fill("20")
    box(clerk, "A-C1").fill("21")
    clerk.press("Save, next: Other")
    clerk.page.get_by_label("Is the fire equipment in order?").select_option("yes")
    box(clerk, "R2-1-1").fill("Library")
    clerk.press("Add rows")
    clerk.press("Save and go to the return")
    assert "Complete" in clerk.text()
    assert values(record)["pupils.g1.all"] == "41"
    assert Return.objects.get(pk=record.pk).rows["rooms"] == [{"name": "Library"}]
