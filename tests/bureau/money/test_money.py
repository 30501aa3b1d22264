"""Money: how people type it, how it is stored, how it is shown."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from bureau import money

READ = {
    "1,234.56": 123456,
    "1234.56": 123456,
    "１２３４．５６": 123456,
    "１，２３４．５６": 123456,
    "1234.5元": 123450,
    "¥1,234.56": 123456,
    "￥ 1 234.56": 123456,
    "人民币1234元整": 123400,
    "RMB 12": 1200,
    "0": 0,
    "0.01": 1,
    "007": 700,
    "12.": 1200,
    "1.5万元": 1_500_000,
    "12万": 12_000_000,
    "0.000001万": 1,
    " 12.30 ": 1230,
    "+5": 500,
    "-5": -500,
    "−5": -500,
    "100000000000": 10**13,
}
REFUSED = {
    "1.234": "at most two decimals",
    "1.230": "at most two decimals",
    "0.0000001万": "at most two decimals",
    "1e5": "is not an amount",
    "1E+17": "is not an amount",
    "abc": "is not an amount",
    "一千元": "is not an amount",
    "1,23": "is not an amount",
    "12,34,567": "is not an amount",
    "1.2.3": "is not an amount",
    "--5": "is not an amount",
    ".5": "is not an amount",
    "=1+1": "is not an amount",
    "0x10": "is not an amount",
    "nan": "is not an amount",
    "¥": "is not an amount",
    "元": "is not an amount",
    "1 or 2": "is not an amount",
    "²": "is not an amount",
    "٣": "is not an amount",
    "100000000000.01": "more than this portal counts",
    "9" * 60: "is not an amount",
}


@pytest.mark.parametrize(("typed", "fen"), READ.items())
def test_what_people_type_is_read_as_fen(typed, fen):
    assert money.parse(typed) == fen


@pytest.mark.parametrize(("typed", "sentence"), REFUSED.items())
def test_what_cannot_be_read_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(ValidationError) as refused:
        money.parse(typed)
    assert sentence in refused.value.messages[0]


@given(st.integers(-money.MOST, money.MOST))
def test_what_is_shown_is_read_back_to_the_fen(fen):
    assert money.parse(money.figures(fen)) == fen
    assert money.parse(money.shown(fen).replace("¥", "")) == fen


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        (0.1, 10),
        (0.30000000000000004, 30),
        (1234.56, 123456),
        (5, 500),
        (Decimal("0.07"), 7),
        (1e6, 10**8),
        (-2.5, -250),
    ],
)
def test_numbers_of_a_sheet_are_read_exactly(value, fen):
    assert money.of_number(value) == fen


@pytest.mark.parametrize("value", [0.001, float("nan"), float("inf"), 1e30])
def test_numbers_of_a_sheet_that_are_no_amount_are_refused(value):
    with pytest.raises(ValidationError):
        money.of_number(value)


def test_shown_with_sign_and_groups():
    assert money.shown(123456789) == "¥1,234,567.89"
    assert money.shown(-5) == "−¥0.05"


@pytest.mark.parametrize(
    ("least", "typed", "said"),
    [
        (0, "-1", "must not be below zero"),
        (1, "0", "must be above zero"),
        (1, "-3", "must be above zero"),
        (50, "0.49", "at least ¥0.50"),
    ],
)
def test_a_box_refuses_what_lies_below_its_least(least, typed, said):
    with pytest.raises(ValidationError) as refused:
        money.YuanField(least=least).clean(typed)
    assert said in refused.value.messages[0]


def test_a_box_of_both_signs_takes_both():
    assert money.YuanField(least=None).clean("-3") == -300


def test_a_box_shows_yuan_and_keeps_what_could_not_be_read():
    field = money.YuanField()
    assert field.prepare_value(123450) == "1,234.50"
    assert field.prepare_value("12 apples") == "12 apples"


@pytest.mark.parametrize(
    ("data", "changed"), [("1,234.50元", False), ("1234.51", True), ("x", True), ("", True)]
)
def test_another_way_of_writing_the_same_amount_is_no_change(data, changed):
    assert money.YuanField().has_changed(123450, data) is changed


def test_an_empty_box_is_unknown_and_never_zero():
    assert money.YuanField(required=False).clean("  ") is None


def test_the_column_asks_with_a_box_of_yuan():
    field = money.MoneyField(verbose_name="amount", least=1).formfield()
    assert isinstance(field, money.YuanField)
    assert (field.label, field.least, field.required) == ("Amount", 1, True)


def test_the_column_keeps_its_least_in_migrations():
    assert money.MoneyField(least=1).deconstruct()[3]["least"] == 1
    assert "least" not in money.MoneyField().deconstruct()[3]
