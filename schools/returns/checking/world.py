"""One return as the world of its rules: its cells, the last return, the registers, other forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bureau.expressions import MISSING, Argument, Missing, Value, is_pattern
from schools.returns.checking.plan import Plan
from schools.returns.checking.values import value_of
from schools.returns.definition import Definition, Rows

Result = Value | Missing


def _unknown(*asked: str) -> Result:
    return MISSING


@dataclass(frozen=True)
class Beside:
    """What lies beside the cells of one return. `fact(name)`, `form(code, cell)` give values of rules.

    `percent`, `least`: what the office holds for unusual against the last period; None where nothing is in force.
    `files`: how many the return carries.
    """

    last: Mapping[str, str] = field(default_factory=dict)
    last_definition: Definition | None = None
    stages: frozenset[str] = frozenset()
    fact: Callable[[str], Result] = _unknown
    form: Callable[[str, str], Result] = _unknown
    percent: int | None = None
    least: Decimal = Decimal(0)
    files: int = 0

    def last_value(self, name: str, kind: str) -> Result:
        """The value of a cell in the last return; missing where the cell was of another kind then."""
        cell = self.last_definition.cells.get(name) if self.last_definition else None
        if cell is None or (cell.spec.kind == "money") != (kind == "money"):
            return MISSING
        return value_of(cell.spec, self.last.get(name, ""))


NOTHING = Beside()


class ReturnWorld:
    """Answers the rules of one return (`bureau.expressions.World`). `but`: a cell that patterns leave out."""

    def __init__(
        self,
        plan: Plan,
        values: Mapping[str, str],
        rows: Mapping[str, Any],
        beside: Beside = NOTHING,
        *,
        but: str = "",
    ) -> None:
        self.plan, self.given, self.rows, self.beside, self.but = plan, values, rows, beside, but
        self._read: dict[str, Result] = {}

    def value(self, name: str) -> Result:
        if name not in self._read:
            cell = self.plan.cells.get(name)
            self._read[name] = MISSING if cell is None else value_of(cell.spec, self.given.get(name, ""))
        return self._read[name]

    def values(self, pattern: str) -> Sequence[Result]:
        if is_pattern(pattern):
            return [self.value(key) for key in self.plan.keys(pattern) if key != self.but]
        if pattern in self.plan.lists:
            return self._column(*self.plan.lists[pattern])
        return [self.value(pattern)]

    def _column(self, block: Rows, key: str) -> list[Result]:
        spec = next(column.spec for column in block.columns if column.key == key)
        return [value_of(spec, row.get(key, "")) for row in self.rows.get(block.key) or ()]

    def call(self, function: str, arguments: tuple[Argument, ...]) -> Result | Sequence[Result]:
        match function, arguments:
            case "last", (str(name),):
                return self._last(name)
            case "register", (str(name),):
                return self.beside.fact(name)
            case "form", (str(code), str(cell)):
                return self.beside.form(code, cell)
            case "stage", (str(stage),):
                return stage in self.beside.stages
        return MISSING

    def _last(self, name: str) -> Result | Sequence[Result]:
        if is_pattern(name):
            return [self._last_of(key) for key in self.plan.keys(name)]
        return self._last_of(name)

    def _last_of(self, name: str) -> Result:
        cell = self.plan.cells.get(name)
        return self.beside.last_value(name, cell.spec.kind) if cell else MISSING
