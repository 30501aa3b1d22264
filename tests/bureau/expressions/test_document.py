"""Every rule that docs/expressions.md shows is sound and gives what the document says."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bureau.expressions import (
    ANY,
    MISSING,
    NUMBER,
    YES_NO,
    Function,
    check,
    choice,
    evaluate,
    list_of,
    matches,
    parse,
)
from bureau.expressions.functions import BUILTIN
from bureau.expressions.kinds import kind_of

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "expressions.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(?P<rule>[^`]+)` \| (?P<gives>[^|]+) \|", re.MULTILINE)
EXAMPLES = ROW.findall(DOCUMENT.split("## Examples")[1].split("## Functions")[0])

CELLS = {
    "pupils.g1.boys": Decimal(120),
    "pupils.g1.girls": Decimal(110),
    "pupils.g2.boys": Decimal(100),
    "pupils.g2.girls": Decimal(95),
    "pupils.total.boys": Decimal(220),
    "pupils.total.girls": Decimal(205),
    "pupils.total.all": Decimal(425),
    "staff.classes": Decimal(10),
    "money.income": Decimal(900_000),
    "money.spent": Decimal("850000.50"),
    "money.gifts": MISSING,
    "safety.drill": True,
    "safety.drill_on": date(2025, 10, 20),
    "safety.heating": "gas",
}
ROOMS = [Decimal(60), Decimal("85.5")]
ANSWERS = {
    ("last", "pupils.total.all"): Decimal(400),
    ("register", "facts.pupils"): Decimal(430),
    ("stage", "primary"): True,
    ("stage", "senior"): False,
}
KINDS = {name: NUMBER if value is MISSING else kind_of(value) for name, value in CELLS.items()}
KINDS |= {"rooms.area": list_of(NUMBER), "safety.heating": choice(["gas", "coal", "central"])}
FUNCTIONS = {name: Function(lambda given: NUMBER) for name in ("last", "register", "form")}
FUNCTIONS["stage"] = Function(lambda given: YES_NO)


class World:
    def value(self, name):
        return CELLS.get(name, MISSING)

    def values(self, pattern):
        if pattern == "rooms.area":
            return ROOMS
        found = (name for name in CELLS if matches(pattern, name) and not name.startswith("pupils.total."))
        return [CELLS[name] for name in found] if "*" in pattern else [self.value(pattern)]

    def call(self, function, arguments):
        return ANSWERS.get((function, arguments[0]), MISSING)


def test_there_are_examples():
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize(("rule", "gives"), EXAMPLES)
def test_an_example(rule, gives):
    expression = parse(rule)
    assert [fault.sentence for fault in check(expression, KINDS, FUNCTIONS, gives=ANY).faults] == []
    found = evaluate(expression, World())
    wanted = {"yes": True, "no": False, "missing": MISSING}.get(gives.strip())
    if wanted is not None:
        assert found is wanted
    else:
        assert found == Decimal(gives)


def test_the_table_of_functions_is_whole():
    described = DOCUMENT.split("## Functions")[1]
    assert [name for name in BUILTIN if f"`{name}(" not in described] == []
