"""Values as typed, kept and shown; computed cells; why a form cannot be used. Nothing here reads a database."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.expressions import MISSING
from schools.returns.checking import canonical, computed_values, faults_of_definition, shown, value_of
from schools.returns.checking.plan import plan_of
from schools.returns.checking.rule_faults import rule_faults
from schools.returns.checking.values import said, text_of
from schools.returns.definition import (
    CellSpec,
    Check,
    Definition,
    Line,
    Part,
    Question,
    Questions,
    Rows,
    Table,
    Words,
)
from tests.factories.returns import small_definition

HEATING = (("gas", Words("燃气", "Gas")), ("coal", Words("煤", "Coal")))


def spec(kind, **more):
    return CellSpec(kind=kind, choices=HEATING if kind == "choice" else (), **more)


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "seen"),
    [
        ("number", " １，２３４ ", "1234", "1,234"),
        ("number", "007", "7", "7"),
        ("number", "-0", "0", "0"),
        ("number", "12.0", "12", "12"),
        ("number", "−5", "-5", "−5"),
        ("decimal", "1,234.50", "1234.5", "1,234.5"),
        ("percent", "12.50%", "12.5", "12.5"),
        ("money", "1.5万元", "1500000", "15,000.00"),
        ("money", "¥1,234.5", "123450", "1,234.50"),
        ("date", "2025年9月1日", "2025-09-01", "2025-09-01"),
        ("date", "2025/9/1", "2025-09-01", "2025-09-01"),
        ("date", "20250901", "2025-09-01", "2025-09-01"),
        ("yes_no", "否", "no", "No"),
        ("choice", "煤", "coal", "Coal"),
        ("choice", "gas", "gas", "Gas"),
        ("text", " 两行\r\n文字\x07 ", "两行\n文字", "两行\n文字"),
        ("number", "   ", "", ""),
    ],
)
def test_what_is_typed_is_kept_in_one_writing(kind, typed, kept, seen):
    assert canonical(spec(kind), typed) == kept
    assert shown(spec(kind), kept) == seen
    assert canonical(spec(kind), seen) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("number", "12.5", "“12.5” is not a whole number."),
        ("number", "twelve", "“twelve” is not a whole number."),
        ("number", "1,23", "“1,23” is not a whole number."),
        ("number", "1e5", "is not a whole number"),
        ("number", "=SUM(A1:A3)", "is not a whole number"),
        ("number", "9" * 16, "has too many digits"),
        ("number", "²", "is not a whole number"),
        ("decimal", "1.234", "has too many decimals. Write at most 2."),
        ("decimal", "NaN", "is not a number"),
        ("money", "1.234", "parts of a fen"),
        ("date", "2025-02-30", "is not a day"),
        ("date", "soon", "is not a day"),
        ("yes_no", "maybe", "neither yes nor no"),
        ("choice", "wood", "is not among the choices: Gas, Coal."),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(kind, typed, sentence):
    with pytest.raises(ValidationError) as refused:
        canonical(spec(kind), typed)
    assert sentence in " ".join(refused.value.messages)


KINDS = st.sampled_from(["number", "decimal", "money", "percent", "text", "choice", "date", "yes_no"])


@settings(max_examples=40)
@given(KINDS, st.one_of(st.text(max_size=30), st.decimals().map(str), st.dates().map(str)))
def test_any_text_is_read_or_refused_and_what_is_kept_reads_back_the_same(kind, typed):
    try:
        kept = canonical(spec(kind), typed)
    except ValidationError as error:
        assert error.messages
        return
    assert canonical(spec(kind), kept) == kept or kind == "money"  # money is typed in yuan and kept in fen
    value = value_of(spec(kind), kept)
    assert (value is MISSING) == (kept == "")
    assert text_of(spec(kind), value) == kept


def test_money_counts_yuan_in_rules_and_rounds_to_the_fen():
    assert value_of(spec("money"), "123456") == Decimal("1234.56")
    assert text_of(spec("money"), Decimal("1234.565")) == "123457"
    assert text_of(spec("number"), Decimal("2.5")) == "3"
    assert text_of(spec("number"), "three") == ""


def test_figures_of_any_size_can_be_said():
    assert said(Decimal("1234.5")) == "1,234.5"
    assert said(Decimal("-0.004")) == "0"
    assert said(Decimal("9e150")) == said(MISSING) == "–"


# --- computed cells -----------------------------------------------------------------------------


def table(rows, columns, **more):
    return Table("pupils", Words("学生", "Pupils"), rows, columns, **more)


def line(key, **more):
    return Line(key, Words(f"{key}字", key), **more)


def form(*blocks, checks=()):
    return Definition((Part("people", Words("学生", "Pupils"), blocks),), checks)


SUMS = table(
    (line("g1"), line("g2"), line("all", is_total=True, spec=CellSpec(computed="sum(column.*)"))),
    (line("boys"), line("girls"), line("both", is_total=True, spec=CellSpec(computed="sum(row.*)"))),
)


def test_sums_of_rows_and_columns_leave_total_lines_out_and_missing_is_not_zero():
    values = {"pupils.g1.boys": "3", "pupils.g2.boys": "4", "pupils.g2.girls": "5", "pupils.all.both": "999"}
    assert computed_values(form(SUMS), values, {}) == {
        "pupils.g1.both": "3",
        "pupils.g2.both": "9",
        "pupils.all.boys": "7",
        "pupils.all.girls": "5",
        "pupils.all.both": "12",
    }
    assert set(computed_values(form(SUMS), {}, {}).values()) == {""}


def asked(**rules):
    items = tuple(
        Question(key, Words(key, key), CellSpec("decimal", computed=rule)) for key, rule in rules.items()
    )
    return form(Questions("q", Words("问题", "Questions"), items))


def test_computed_cells_wait_for_those_that_they_need():
    definition = asked(a="q.b + 1", b="q.c * 2", c="", d="q.a / q.c")
    assert computed_values(definition, {"q.c": "5"}, {}) == {"q.a": "11", "q.b": "10", "q.d": "2.2"}
    assert computed_values(definition, {"q.c": "0"}, {})["q.d"] == ""


def test_cells_in_a_circle_stay_empty_and_the_others_are_worked_out():
    definition = asked(a="q.b", b="q.a", c="1 + 1")
    assert computed_values(definition, {"q.a": "7"}, {}) == {"q.a": "", "q.b": "", "q.c": "2"}


def test_repeated_rows_are_summed_up():
    rooms = Rows("rooms", Words("教室", "Rooms"), (Question("area", Words("面积"), spec("decimal")),))
    total = Questions(
        "q", Words("问"), (Question("area", Words("总"), spec("decimal", computed="sum(rooms.area)")),)
    )
    rows = {"rooms": [{"area": "60"}, {}, {"area": "85.5"}]}
    assert computed_values(form(rooms, total), {}, rows) == {"q.area": "145.5"}


def test_a_school_without_a_stage_is_summed_up_over_its_own_rows():
    definition = form(replace(SUMS, rows=(line("g7", stages=("junior",)), *SUMS.rows)))
    primary = definition.for_stages(frozenset({"primary"}))
    values = {"pupils.g7.boys": "100", "pupils.g1.boys": "3"}
    assert computed_values(primary, values, {})["pupils.all.boys"] == "3"
    assert computed_values(definition, values, {})["pupils.all.boys"] == "103"


def test_a_typed_total_is_compared_only_where_it_plainly_adds_up_the_others():
    typed = table((line("g1"), line("g2"), line("all", is_total=True)), (line("boys"),))
    assert [total.cell.key for total in plan_of(form(typed)).totals] == ["pupils.all.boys"]
    of_which = replace(typed, rows=(*typed.rows, line("boarders", level=1)))
    assert plan_of(form(of_which)).totals == ()
    share = replace(typed, columns=(line("share", spec=spec("percent")),))
    assert plan_of(form(share)).totals == ()


# --- why a form cannot be used ------------------------------------------------------------------


def sentences(definition):
    return [f"{fault.where}: {fault.sentence}" for fault in faults_of_definition(definition)]


def test_a_sound_form_has_no_faults():
    assert sentences(small_definition()) == []
    assert sentences(form(SUMS)) == []


def check(rule, *, key="c1", message="有问题", **more):
    return Check(key, rule, more.pop("severity", "error"), Words(message, "Something is wrong."), **more)


WRONG_RULES = {
    "pupils.g9.boys > 0": "There is no cell “pupils.g9.boys”.",
    "pupils.g1.boys": "The whole should give yes or no, but gives a number.",
    "pupils.g1.boys >": "Something should follow here",
    "pupils.g1.boys > last(pupils.g1)": "There is no cell “pupils.g1”.",
    "pupils.g1.boys > last(3)": "last takes one cell",
    'pupils.g1.boys > register("facts.moon")': "No register holds “facts.moon”.",
    'pupils.g1.boys > register("school.name_zh")': "“>” works with numbers and dates, but this is a text.",
    'stage("moon")': "There is no stage “moon”.",
    'form("funds") > 1': "form takes the code of a form and a cell",
    "year(1)": "“year” wants a date here, but this is a number.",
}


@pytest.mark.parametrize(("rule", "sentence"), WRONG_RULES.items())
def test_a_wrong_rule_is_refused_with_its_check(rule, sentence):
    assert sentence in str(rule_faults(form(SUMS), rule)[0])
    found = sentences(form(SUMS, checks=(check(rule),)))
    assert found[0].startswith("check “c1”: ")
    assert sentence in found[0]


def test_rules_about_the_register_and_last_year_are_sound():
    rule = 'sum(pupils.*.boys) <= sum(last(pupils.*.boys)) * 2 and pupils.all.both = register("facts.pupils")'
    assert rule_faults(form(SUMS), rule) == []


WRONG_FORMS = {
    "circle": (
        asked(a="q.b", b="q.a + 1"),
        "A·A1 → A·A2 → A·A1: These cells are worked out from one another",
    ),
    "outside": (
        asked(a='register("facts.pupils")'),
        "A·A1 a: A cell is worked out from cells of this form alone",
    ),
    "kind": (asked(a="'word'"), "The whole should give a number, but gives a text."),
    "double key": (form(SUMS, SUMS), "The key “pupils” is there twice."),
    "double row": (form(replace(SUMS, rows=(line("g1"), line("g1")))), "The key “g1” is there twice."),
    "bad key": (form(replace(SUMS, rows=(line("1-2"),))), "“1-2” is no key"),
    "reserved": (form(replace(SUMS, key="row")), "The key “row” has a meaning in rules."),
    "no words": (form(replace(SUMS, words=Words(""))), "“pupils” has no Chinese words."),
    "no rows": (form(replace(SUMS, rows=())), "The table needs at least one row and one column."),
    "wide": (
        form(replace(SUMS, columns=tuple(line(f"c{n}") for n in range(13)))),
        "The table has 13 columns; at most 12 fit",
    ),
    "no cell": (form(replace(SUMS, cells={"g9.boys": CellSpec()})), "no row and column “g9.boys”"),
    "no choice": (
        form(replace(SUMS, cells={"g1.boys": CellSpec("choice")})),
        "offers nothing to choose from",
    ),
    "bounds": (
        form(replace(SUMS, cells={"g1.boys": CellSpec(least="9", most="1")})),
        "lies above the highest",
    ),
    "bound": (form(replace(SUMS, cells={"g1.boys": CellSpec(least="many")})), "“many” cannot be a bound"),
    "fact": (form(replace(SUMS, cells={"g1.boys": CellSpec(bound="facts.moon")})), "No register holds"),
    "fact kind": (
        form(replace(SUMS, cells={"g1.boys": CellSpec(bound="facts.equipment")})),
        "is of another kind than this cell",
    ),
    "no writing": (
        form(replace(SUMS, cells={"g1.boys": CellSpec(bound="facts.pupils", writes_back=True)})),
        "The register takes no figures for",
    ),
    "stage": (form(replace(SUMS, rows=(line("g1", stages=("moon",)),))), "There is no stage “moon”."),
    "empty part": (Definition((Part("p", Words("甲"), ()),)), "This part asks nothing yet."),
    "message": (form(SUMS, checks=(check("yes", message=""),)), "The check has no Chinese message."),
    "braces": (form(SUMS, checks=(check("yes", message="共{sum(}人"),)), "Something should follow here"),
    "where": (
        form(SUMS, checks=(check("yes", cells=("pupils.g9.boys",)),)),
        "There is no cell “pupils.g9.boys”.",
    ),
    "severity": (form(SUMS, checks=(check("yes", severity="grave"),)), "either an error or unusual"),
    "double check": (form(SUMS, checks=(check("yes"), check("no"))), "The key “c1” is there twice."),
}


@pytest.mark.parametrize(("definition", "sentence"), WRONG_FORMS.values(), ids=WRONG_FORMS)
def test_a_form_that_cannot_be_used_says_why(definition, sentence):
    assert any(sentence in found for found in sentences(definition))


def test_everything_is_told_at_once_and_a_rule_of_a_column_once():
    wrong = replace(
        SUMS, columns=(line("boys"), line("both", spec=CellSpec(computed="sum(row.*) + row.men")))
    )
    found = sentences(form(wrong, checks=(check("books > 1"), check("1", key="c2"))))
    assert len(found) == 3


def test_the_designer_is_told_in_chinese_too():
    with translation.override("zh-hans"):
        assert sentences(form(SUMS, checks=(check("pupils.g9.boys > 0"),)))
