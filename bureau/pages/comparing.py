"""Two records of one kind beside each other: every field of both, what differs, which value may be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bureau.duplicates.declare import Choice, Mergeable
from bureau.duplicates.dependants import Tally, tallies
from bureau.pages import links
from bureau.pages.pagesets import Column, Panel, pageset_of
from bureau.pages.tables import Cell, cell


@dataclass(frozen=True)
class Line:
    """One row of the comparison. `name`: the choice that it stands for; empty where nothing is chosen."""

    label: str
    first: Cell
    second: Cell
    differs: bool
    name: str = ""

    @property
    def sides(self) -> tuple[Cell, Cell]:
        return self.first, self.second


@dataclass(frozen=True)
class Comparison:
    """Both records side by side."""

    titles: tuple[str, str]
    addresses: tuple[str, str]
    lines: Sequence[Line]
    tallies: Sequence[Tally]

    @property
    def choices(self) -> list[Line]:
        """The lines in which somebody must say which value stays."""
        return [line for line in self.lines if line.name and line.differs]


def compare(mergeable: Mergeable, first: Any, second: Any, *, workspace: str = "desk") -> Comparison:
    chosen = [_chosen(choice, first, second) for choice in mergeable.choices]
    named = {name for choice in mergeable.choices for name in choice.fields}
    others = [
        _other(column, first, second) for column in _facts(mergeable, workspace) if column.name not in named
    ]
    return Comparison(
        titles=(title(first, workspace), title(second, workspace)),
        addresses=(links.address(first, workspace), links.address(second, workspace)),
        lines=[*chosen, *others],
        tallies=tallies(mergeable, first, second),
    )


def title(record: Any, workspace: str = "desk") -> str:
    """The name of a record with its short facts, so that two of one name can be told apart."""
    pageset = pageset_of(workspace, record)
    if pageset is None:
        return str(record)
    return " · ".join(str(one) for one in (pageset.title(record), *pageset.facts(record)[:1]) if one)


def _chosen(choice: Choice, first: Any, second: Any) -> Line:
    column = Column(choice.name, label=choice.label, value=choice.shown)
    cells = cell(first, column), cell(second, column)
    return Line(cells[0].label, *cells, differs=choice.differs(first, second), name=choice.name)


def _other(column: Column, first: Any, second: Any) -> Line:
    cells = cell(first, column), cell(second, column)
    return Line(cells[0].label, *cells, differs=cells[0].text != cells[1].text)


def _facts(mergeable: Mergeable, workspace: str) -> list[Column]:
    """The facts that the page of a record shows, each once, and its status."""
    pageset = pageset_of(workspace, mergeable.model)
    panels = pageset.panels if pageset is not None else ()
    listed = [one for panel in panels if isinstance(panel, Panel) for one in panel.fields]
    columns = [one if isinstance(one, Column) else Column(one) for one in ["status", *listed]]
    return list({column.name: column for column in columns}.values())


def suggested(mergeable: Mergeable, comparison: Comparison, first: Any, second: Any) -> str:
    """The record that more hangs on, then the fuller one, then the older one."""
    weights = []
    for side, record in enumerate((first, second)):
        rows = sum((tally.first, tally.second)[side] for tally in comparison.tallies)
        filled = sum(not choice.is_empty(record) for choice in mergeable.choices)
        weights.append((rows, filled))
    return "second" if weights[1] > weights[0] else "first"
