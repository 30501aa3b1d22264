"""A rule is checked against the names that exist before there is any figure."""

from __future__ import annotations

import pytest

from bureau.expressions import (
    ANY,
    DATE,
    NUMBER,
    TEXT,
    YES_NO,
    ExpressionError,
    Function,
    check,
    choice,
    list_of,
    parse,
)

KINDS = {
    "pupils.g1.boys": NUMBER,
    "pupils.g1.girls": NUMBER,
    "pupils.total.boys": NUMBER,
    "safety.drill": YES_NO,
    "safety.drill_on": DATE,
    "safety.heating": choice(["gas", "coal"]),
    "safety.note": TEXT,
    "rooms.area": list_of(NUMBER),
}


def _stage(given):
    if given != ("primary",):
        raise ExpressionError("There is no such stage.")
    return YES_NO


FUNCTIONS = {"stage": Function(_stage)}


def sentences(rule, gives=ANY):
    return [fault.sentence for fault in check(parse(rule), KINDS, FUNCTIONS, gives=gives).faults]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("sum(pupils.*.boys) + 1", NUMBER),
        ("pupils.g1.boys = pupils.g1.girls and safety.drill", YES_NO),
        ("safety.heating = 'gas' or in_list(safety.heating, 'coal')", YES_NO),
        ("safety.drill_on - date('2025-09-01')", NUMBER),
        ("safety.drill_on + 7", DATE),
        ("max(safety.drill_on, date('2025-09-01'))", DATE),
        ("if(stage('primary'), pupils.g1.boys, 0)", NUMBER),
        ("max(rooms.area)", NUMBER),
        ("coalesce(safety.note, 'none')", TEXT),
    ],
)
def test_the_kind_of_a_sound_rule(rule, kind):
    found = check(parse(rule), KINDS, FUNCTIONS)
    assert [fault.sentence for fault in found.faults] == []
    assert found.kind == kind


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("pupils.g9.boys > 1", "There is no cell “pupils.g9.boys”. Did you mean “pupils.g1.boys”?"),
        ("Pupils.g1.girls > 1", "Did you mean “pupils.g1.girls”?"),
        ("books > 1", "There is no cell “books”."),
        ("sum(staff.*.men)", "No cell fits “staff.*.men”."),
        ("count(safety.*)", "“safety.*” mixes cells of different kinds."),
        ("safety.note + 1", "“+” wants a number here, but this is a text."),
        ("pupils.g1.boys and yes", "“and” wants yes or no here, but this is a number."),
        ("not pupils.g1.boys", "“not” wants yes or no here"),
        ("safety.drill = 'yes'", "“=” wants yes or no here, but this is a text."),
        ("safety.heating = 'wood'", "The choice has no code “wood”. It has: coal, gas."),
        ("'wood' = safety.heating", "The choice has no code “wood”."),
        ("in_list(safety.heating, 'gas', 'wood')", "The choice has no code “wood”."),
        ("safety.heating < 'gas'", "“<” works with numbers and dates, but this is a choice."),
        ("safety.drill_on > 3", "“>” wants a date here, but this is a number."),
        ("safety.drill_on * 2", "“*” wants a number here, but this is a date."),
        ("round(1, 2, 3)", "“round” takes at most 2 values in its brackets."),
        ("if(yes, 1)", "“if” needs at least 3 values in its brackets."),
        ("abs()", "“abs” needs at least 1 value in its brackets."),
        ("if(yes, 1, 'a')", "“if” wants a number here, but this is a text."),
        ("rooms.area > 3", "“rooms.area” stands for several rows."),
        ("median(pupils.g1.boys)", "There is no function “median”."),
        ("stage('moon')", "There is no such stage."),
    ],
)
def test_refused_in_words_with_the_place(rule, sentence):
    found = sentences(rule)
    assert len(found) == 1
    assert found[0].startswith("Character ")
    assert sentence in found[0]


def test_everything_at_once():
    assert len(sentences("safety.note + 1 > books and pupils.g1.boys")) == 3


def test_the_whole_gives_what_is_wanted():
    assert sentences("1 + 1", gives=YES_NO) == [
        "Character 1: The whole should give yes or no, but gives a number."
    ]
