"""Cells as people type them and as spreadsheets spoil them."""

from datetime import date
from decimal import Decimal

import pytest

from bureau.sheets.cells import Reader, Unclear, parsed, put, tidy, vocabulary
from bureau.sheets.declare import SHEETS, Choice, SheetColumn
from bureau.sheets.rows import Row


def value(kind, cell, words=None):
    return parsed(Row(2, {}), SheetColumn("x", kind=kind), cell, words or {})


def refused(kind, cell, words=None):
    with pytest.raises(Unclear) as caught:
        value(kind, cell, words)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("text", " 第一\u3000 小学（新）\u200b", "第一 小学（新）"),
        ("text", 12.0, "12"),
        ("code", "２１１４ ９９０００１", "2114990001"),
        ("code", 2114990001.0, "2114990001"),
        ("code", " 14240119800101123x ", "14240119800101123X"),
        ("integer", "1,200", 1200),
        ("integer", 12.0, 12),
        ("decimal", "１１２.７５", Decimal("112.75")),
        ("money", "￥1,234.50元", 123450),
        ("money", 0.30000000000000004, 30),
        ("date", {"d": "2024-09-01"}, date(2024, 9, 1)),
        ("date", {"t": "2024-09-01T08:00:00"}, date(2024, 9, 1)),
        ("date", "2024年9月1日", date(2024, 9, 1)),
        ("date", "２０２４/9/1", date(2024, 9, 1)),
        ("date", "2024.09.01", date(2024, 9, 1)),
        ("date", 20240901.0, date(2024, 9, 1)),
        ("date", 45536.0, date(2024, 9, 1)),
        ("yes_no", "√", True),
        ("yes_no", "否", False),
        ("yes_no", True, True),
    ],
)
def test_what_is_meant_is_read(kind, cell, expected):
    assert value(kind, cell) == expected


@pytest.mark.parametrize(
    ("kind", "cell", "said"),
    [
        ("code", "1.1E+17", "rounded number"),
        ("code", 142401198001011232.0, "rounded number"),
        ("text", 1.1e17, "rounded number"),
        ("money", "五万元", "is not an amount of money"),
        ("money", "1.234", "at most two decimals"),
        ("money", "1e30", "is not an amount of money"),
        ("money", 1e30, "more than this portal counts"),
        ("integer", 1.5, "whole number"),
        ("date", "1985-13-01", "no such day"),
        ("date", 2020.1, "not a date"),
        ("date", "去年", "not a date"),
        ("yes_no", "也许", "yes or no"),
        ("text", {"f": True}, "formula without a result"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_plain_words(kind, cell, said):
    assert said in refused(kind, cell)


def test_a_month_without_a_day_is_taken_but_asked_about():
    row = Row(2, {})
    assert parsed(row, SheetColumn("x", kind="date"), "2024.09", {}) == date(2024, 9, 1)
    assert row.doubts


@pytest.mark.parametrize("most", [0, 5_000])
def test_a_text_is_understood_alike_in_every_row_whether_remembered_or_not(monkeypatch, most):
    monkeypatch.setattr("bureau.sheets.cells.MOST_REMEMBERED", most)
    reader = Reader(SHEETS["schools.roster"], SheetColumn("day", kind="date"), {})
    rows = [Row(number, {}) for number in range(8)]
    for row, cell in zip(rows, ["2024-09", "never", "", "2024-09-01"] * 2, strict=True):
        reader.put(row, cell)
    assert [row.get("day") for row in rows] == [date(2024, 9, 1), None, None, date(2024, 9, 1)] * 2
    assert [len(row.doubts) for row in rows] == [1, 0, 0, 0] * 2
    assert [len(row.faults) for row in rows] == [0, 1, 0, 0] * 2


def test_a_choice_is_known_by_its_names_its_code_and_both_together():
    words = vocabulary([Choice(7, ("小学", "primary school", "211", "211 小学"))])
    assert [
        value("choice", text, words) for text in ("小 学", "Primary School", 211.0, "211-小学", "２１１")
    ] == [7] * 5
    assert "not in the list" in refused("choice", "大学", words)


def test_a_name_that_two_entries_share_means_neither():
    words = vocabulary([Choice(1, ("小学", "21")), Choice(2, ("小学", "211"))])
    assert refused("choice", "小学", words)
    assert value("choice", "211", words) == 2


def test_empty_cells_leave_the_register_alone_unless_the_column_says_clear():
    from bureau.sheets.declare import SHEETS

    sheet = SHEETS["schools.roster"]
    row = Row(2, {})
    put(row, sheet, SheetColumn("township"), "\u3000", {})
    assert row.values == {}
    put(row, sheet, SheetColumn("township", blank="clear"), "", {})
    assert row.values == {"township": ""}


def test_chinese_punctuation_survives_tidying():
    assert tidy("（甲）、乙，丙") == "（甲）、乙，丙"
