"""A form made ready for checking, once per definition: its rules parsed, its computed cells in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bureau.expressions import Expression, ExpressionError, is_pattern, list_of, matches, parse
from bureau.expressions import Kind as RuleKind
from schools.returns.checking.values import rule_kind
from schools.returns.definition import Cell, Check, Definition, Rows, Table, Upload

# In the rule of a cell: the same row, the same column.
ROW, COLUMN = "row", "column"
KEPT_RULES = 4096


@lru_cache(maxsize=KEPT_RULES)
def parsed(rule: str) -> Expression | None:
    """The rule; None where it cannot be read (`faults_of_definition` says why)."""
    try:
        return parse(rule)
    except ExpressionError:
        return None


def own_rule(cell: Cell, expression: Expression) -> Expression:
    """The rule of a computed cell with whole names: `row.boys` is the cell of column `boys` in the same row."""

    def whole(name: str) -> str:
        first, _dot, rest = name.partition(".")
        if cell.row is None or cell.column is None or "." in rest:
            return name
        if first == ROW:
            return f"{cell.block.key}.{cell.row.key}.{rest}"
        return f"{cell.block.key}.{rest}.{cell.column.key}" if first == COLUMN else name

    return expression.renamed(whole)


@dataclass(frozen=True)
class Total:
    """A typed total and the cells that it should add up."""

    cell: Cell
    parts: tuple[Cell, ...]


class Plan:
    """What is known of a definition without any figures."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.cells = definition.cells
        self._patterns: dict[str, tuple[str, ...]] = {}

    def keys(self, pattern: str) -> tuple[str, ...]:
        """Cells of a pattern. `*` leaves out rows and columns that are totals: nothing is counted twice."""
        if pattern not in self._patterns:
            found = (cell for key, cell in self.cells.items() if matches(pattern, key))
            self._patterns[pattern] = tuple(cell.key for cell in found if not _is_total_of(pattern, cell))
        return self._patterns[pattern]

    def expanded(self, names: Iterable[str]) -> tuple[str, ...]:
        """Cells that names and patterns mean, each once, in the order of the form."""
        found = {key for name in names for key in (self.keys(name) if is_pattern(name) else (name,))}
        return tuple(key for key in self.cells if key in found)

    @cached_property
    def lists(self) -> Mapping[str, tuple[Rows, str]]:
        """`block.column` of repeated rows → block, key of the column."""
        return {
            f"{block.key}.{column.key}": (block, column.key)
            for part in self.definition.parts
            for block in part.blocks
            if isinstance(block, Rows)
            for column in block.columns
        }

    @cached_property
    def kinds(self) -> Mapping[str, RuleKind]:
        """Every name that a rule may use."""
        kinds = {key: rule_kind(cell.spec) for key, cell in self.cells.items()}
        for name, (block, key) in self.lists.items():
            column = next(column for column in block.columns if column.key == key)
            kinds[name] = list_of(rule_kind(column.spec))
        return kinds

    @cached_property
    def computed(self) -> Mapping[str, Expression]:
        """Computed cells and their rules with whole names; without those that cannot be read."""
        return {
            key: own_rule(cell, rule)
            for key, cell in self.cells.items()
            if cell.spec.computed and (rule := parsed(cell.spec.computed))
        }

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Computed cells, each after those that it needs; those in a circle are not among them."""
        needs = {key: self.needed(key) for key in self.computed}
        found: dict[str, None] = {}
        while ready := [key for key, wanted in needs.items() if wanted <= found.keys()]:
            for key in ready:
                found[key] = None
                del needs[key]
        return tuple(found)

    @cached_property
    def circle(self) -> tuple[str, ...]:
        """Computed cells that need one another in a circle, in the order of the need; empty where none do."""
        stuck = [key for key in self.computed if key not in self.order]
        if not stuck:
            return ()
        path = [stuck[0]]
        while (following := next(key for key in stuck if key in self.needed(path[-1]))) not in path:
            path.append(following)
        return tuple(path[path.index(following) :])

    def needed(self, key: str) -> frozenset[str]:
        """The computed cells that a computed cell needs. A pattern never means the cell itself."""
        found: set[str] = set()
        for name in self.computed[key].names:
            found.update(one for one in self.keys(name) if one != key) if is_pattern(name) else found.add(
                name
            )
        return frozenset(found & self.computed.keys())

    @cached_property
    def required_files(self) -> tuple[Upload, ...]:
        blocks = [block for part in self.definition.parts for block in part.blocks]
        return tuple(block for block in blocks if isinstance(block, Upload) and block.required)

    @cached_property
    def checks(self) -> tuple[tuple[Check, Expression], ...]:
        return tuple((check, rule) for check in self.definition.checks if (rule := parsed(check.rule)))

    @cached_property
    def totals(self) -> tuple[Total, ...]:
        """Typed totals that plainly add up the other lines of their table."""
        tables = [one for part in self.definition.parts for one in part.blocks if isinstance(one, Table)]
        return tuple(total for table in tables for total in _totals(table, self.cells))


def plan_of(definition: Definition) -> Plan:
    """Made once per definition, kept with it."""
    known: Plan | None = definition.__dict__.get("_plan")
    if known is None:
        known = definition.__dict__["_plan"] = Plan(definition)
    return known


def _is_total_of(pattern: str, cell: Cell) -> bool:
    """Whether the cell lies in a total line of a direction in which the pattern runs."""
    if cell.row is None or cell.column is None:
        return False
    _block, row, column = pattern.split(".")
    return (row == "*" and cell.row.is_total) or (column == "*" and cell.column.is_total)


def _totals(table: Table, cells: Mapping[str, Cell]) -> Iterable[Total]:
    """Only where there is one total line and the others stand on one level: subtotals and "of which" need a check."""
    for is_row in (True, False):
        lines = table.rows if is_row else table.columns
        across = table.columns if is_row else table.rows
        totals = [line for line in lines if line.is_total]
        if len(totals) != 1 or len({line.level for line in lines if not line.is_total}) != 1:
            continue
        for other in across:
            places = [(line, other) if is_row else (other, line) for line in lines]
            found = [cells.get(f"{table.key}.{row.key}.{column.key}") for row, column in places]
            total = found[lines.index(totals[0])]
            parts = tuple(cell for cell in found if cell is not None and cell is not total)
            if total and parts and not total.spec.computed and _adds_up(total, parts):
                yield Total(total, parts)


def _adds_up(total: Cell, parts: tuple[Cell, ...]) -> bool:
    """Counts and money add up, percent and texts do not; and all of one kind."""
    kinds = {total.spec.kind, *(part.spec.kind for part in parts)}
    return len(kinds) == 1 and kinds <= {"number", "decimal", "money"}
