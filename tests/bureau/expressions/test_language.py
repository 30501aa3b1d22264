"""The language of rules: what it reads, what it computes, what it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.expressions import MISSING, ExpressionError, evaluate, matches, parse
from bureau.expressions.tokens import LONGEST

FEW = settings(max_examples=40)
KNOWN = {
    "a.x": Decimal(3),
    "a.y": Decimal(4),
    "a.none": MISSING,
    "word": "coal",
    "ok": True,
    "day": date(2025, 1, 31),
}


class World:
    """Plain names from a mapping; `twice` doubles the number of its name."""

    def value(self, name):
        return KNOWN.get(name, MISSING)

    def values(self, pattern):
        return [value for name, value in KNOWN.items() if matches(pattern, name)] or [MISSING]

    def call(self, function, arguments):
        if function == "odd":
            return ["a", Decimal(1), MISSING]
        return KNOWN.get(arguments[0], MISSING) * 2 if function == "twice" else MISSING


def worked_out(rule):
    return evaluate(parse(rule), World())


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("1 + 2 * 3 ^ 2", 19),
        ("-2 ^ 2", -4),
        ("2 ^ 3 ^ 2", 512),
        ("10 - 4 - 3", 3),
        ("10 ^ -2", Decimal("0.01")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("100 / 8 / 2", Decimal("6.25")),
        ("sum(a.*)", 7),
        ("sum(a.x, a.none, 5)", 8),
        ("twice(a.x) + 1", 7),
        ("count(a.*)", 2),
        ("max(a.*) - min(a.*)", 1),
        ("round(-2.5)", -3),
        ("round(1234, -2)", 1200),
        ("coalesce(a.none, a.x)", 3),
        ("len('三个字')", 3),
        ("day - date('2025-01-01')", 30),
        ("age(date('2008-02-29'), date('2026-02-28'))", 17),
    ],
)
def test_numbers(rule, value):
    assert worked_out(rule) == Decimal(value)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("１＋１＝２", True),
        ("a.x≤3且（非 a.y＜4）", True),
        ("a.x 等于 3 或 a.x 大于 9", True),
        ("如果（是，word＝“coal”，否）", True),
        ("not a.x = 4", True),
        ("word <> 'gas' and ok", True),
        ("in_list(word, 'gas', 'coal')", True),
        ("between(a.x, 3, 4) && !no", True),
        ("day + 1 = date('2025-02-01')", True),
        # One side decides, whatever is missing on the other.
        ("a.none > 1 or yes", True),
        ("a.none > 1 and no", False),
        ("between(a.none, 5, 1)", MISSING),
        ("between(a.x, 5, a.none)", False),
        ("filled(a.*)", False),
        ("missing(a.none)", True),
    ],
)
def test_truths(rule, value):
    assert worked_out(rule) is value


@pytest.mark.parametrize(
    "rule",
    [
        "a.x / 0",
        "0 ^ 0",
        "2 ^ 21",
        "2 ^ 0.5",
        "(9 ^ 20) ^ 20",
        "a.none + 1",
        "a.none = a.none",
        "unknown.cell",
        "sum(a.none)",
        "avg(a.none, a.none)",
        "a.none and yes",
        "not a.none",
        "if(a.none, 1, 2)",
        # Nothing that the check would have refused makes trouble either.
        "word + 1",
        "word < 'gas'",
        "ok = 1",
        "sum(word, 1)",
        "max(1, day)",
        "day * 2",
        "day + 99999999",
        "date('2025-13-01')",
        "odd(a.x)",
        "if(1)",
        "round(1, 0.5)",
    ],
)
def test_what_has_no_value_is_missing(rule):
    assert worked_out(rule) is MISSING


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("", "Character 1: Something should follow here"),
        ("1 +", "Character 4: Something should follow here"),
        ("1 2", "Character 3: Before “2” an operator is missing"),
        ("(1 + 2", "Character 1: The bracket that opens here is never closed."),
        ("1)", "Character 2: This closing bracket was never opened."),
        ("* 2", "Character 1: Instead of “*”"),
        ("sum(1,)", "Character 7: Instead of “)”"),
        ("1,000 > 2", "Character 2: A comma stands between the values in brackets only."),
        ("10%", "Character 3: The percent sign has no meaning in a rule."),
        ("A·C4 > 1", "A rule names a cell by its key"),
        ("a.x = 'coal", "Character 7: The text that begins here has no closing quotation mark."),
        ("1 < 2 < 3", "Character 7: Compare two things at a time"),
        ("a.* + 1", "Character 1: A name with * means many cells."),
        ("1 + a.*", "Character 5: A name with * means many cells."),
        ("a.*", "Character 1: A name with * means many cells."),
        ("sum(a.* * 2)", "Character 5: A name with * means many cells."),
        ("twice(a.x + 1)", "nothing computed"),
        ("__import__('os').system('ls')", "Character 17: “.” has no meaning in a rule."),
        ("a.x; 1", "“;” has no meaning in a rule."),
        ("a \x00 b", "Character 3: “?” has no meaning in a rule."),
        ("9" * 31, "too many digits"),
        ("(" * 3_000, "too many brackets"),
        ("(" * 10_000, f"at most {LONGEST} are read"),
        ("-" * 4_000, "too many brackets"),
        ("not " * 900 + "ok", "too many brackets"),
        ("1" + " + 1" * 262_144, f"at most {LONGEST} are read"),
        ("sum(" + ",".join("1" * 101) + ")", "too many values"),
    ],
)
def test_refused_with_the_place_and_what_was_expected(rule, sentence):
    with pytest.raises(ExpressionError) as refused:
        parse(rule)
    assert sentence in refused.value.sentence


def test_a_long_sum_is_no_deep_tree():
    assert worked_out("1" + "+1" * 1900) == 1901


def test_the_deepest_rule_that_is_read_can_be_worked_out():
    rule = "1"
    for _level in range(19):
        rule = f"if(({rule}) ^ 1 * 1 + 1 > 1 and yes or no, 1, 2)"[:LONGEST]
        try:
            parse(rule)
        except ExpressionError:
            break
        assert worked_out(rule) == 1


def test_names_and_calls_of_a_rule():
    rule = parse('sum(a.*) <= last(a.x) + register("facts.pupils", 1) and filled(word)')
    assert rule.names == {"a.*", "word"}
    assert rule.calls == (("last", ("a.x",)), ("register", ("facts.pupils", Decimal(1))))
    renamed = rule.renamed(lambda name: name.replace("a.", "b."))
    assert renamed.names == {"b.*", "word"}
    assert renamed.calls[0] == ("last", ("b.x",))


# --- properties ---------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *("a.x", "a.none", "a.*", "word", "ok", "day", "nobody", "1", "0", "2.5", "'t'", "“", "yes", "是"),
        *("+", "-", "*", "/", "^", "=", "<>", "<", "≥", "且", " or ", " not ", "(", ")", ",", "，"),
        *(
            "sum(",
            "if(",
            "round(",
            "date(",
            "between(",
            "twice(",
            "odd(",
            "count_of(",
            "　",
            "%",
            "\x00",
            "é",
        ),
    ]
)
NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False)


@FEW
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join)))
def test_any_text_is_read_or_refused_and_never_trips_the_evaluation(text):
    try:
        rule = parse(text)
    except ExpressionError as error:
        assert error.sentence
        assert error.at is None or 0 <= error.at <= len(text)
    else:
        found = evaluate(rule, World())
        assert found is MISSING or isinstance(found, Decimal | str | bool | date)


@FEW
@given(NUMBERS, NUMBERS, NUMBERS)
def test_arithmetic_is_that_of_exact_decimals(a, b, c):
    rule = f"({a}) + ({b}) * ({c}) - ({a}) / 8"
    assert worked_out(rule) == a + b * c - a / 8
    assert worked_out(f"({a}) <= ({b})") is (a <= b)
    assert worked_out(f"sum({a}, a.none, {b})") == a + b


@FEW
@given(st.sampled_from(["+", "-", "*", "/", "^", "=", "<>", "<", ">="]), NUMBERS)
def test_a_missing_side_makes_the_whole_missing(operator, number):
    assert worked_out(f"a.none {operator} ({number})") is MISSING
    assert worked_out(f"({number}) {operator} a.none") is MISSING


@FEW
@given(st.lists(st.sampled_from(["yes", "no", "a.none = 1"]), min_size=1, max_size=6))
def test_and_or_know_three_values(sides: Sequence[str]):
    both, either = worked_out(" and ".join(sides)), worked_out(" or ".join(sides))
    if len(sides) == 1:
        assert both is either
    missing = "a.none = 1" in sides
    assert both is (False if "no" in sides else MISSING if missing else True)
    assert either is (True if "yes" in sides else MISSING if missing else False)
