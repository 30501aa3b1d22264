"""From a figure to the letters that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from sections.office.letter_figures.counting import FIGURES, Figure, Period, whole_month
from sections.office.letter_figures.models import month_of
from sections.office.letter_figures.selectors import MONTHLY, Block, Figures, Line

COLUMNS: tuple[Figure, ...] = tuple(figure for figure in FIGURES.values() if figure.column)
# Dimension → parameter of the list.
PARAMETERS = {"kind": "kind", "channel": "channel", "section": "handled_by", "district": "district"}
RATES = {"on_time": "on_time_rate", "satisfied": "satisfied_rate", "solved": "solved_rate"}


@dataclass(frozen=True)
class Cell:
    """A figure as the table shows it; without an address where nothing is listed behind it."""

    key: str
    label: str
    value: int | None
    url: str = ""
    rate: float | None = None


@dataclass(frozen=True)
class Row:
    label: str
    cells: Sequence[Cell]
    median: float | None


@dataclass(frozen=True)
class Table:
    heading: str
    first: str
    rows: Sequence[Row]


def tables(found: Figures, *, params: Mapping[str, str] | None = None) -> list[Table]:
    """All tables of the page. `params`: how the list is narrowed besides; None: no links."""
    return [_table(block, found, params) for block in found.blocks]


def totals(found: Figures, *, params: Mapping[str, str] | None = None) -> Row:
    return row(found.total, found.period, params)


def _table(block: Block, found: Figures, params: Mapping[str, str] | None) -> Table:
    rows = [_row(block, line, found.period, params) for line in block.lines]
    total = row(found.total, found.period, params)
    return Table(str(block.heading), "", [*rows, total])


def _row(block: Block, line: Line, period: Period, params: Mapping[str, str] | None) -> Row:
    if block.is_by_month:
        month = whole_month(month_of(line.key))
        return row(line, month, params, only=MONTHLY)
    own = None if params is None else {**params, PARAMETERS[block.dimension]: line.key}
    return row(line, period, own)


def row(
    line: Line, period: Period, params: Mapping[str, str] | None, only: frozenset[str] | None = None
) -> Row:
    cells = [
        Cell(figure.key, str(figure.label), None)
        if only is not None and figure.key not in only
        else _cell(figure, line, period, params)
        for figure in COLUMNS
    ]
    return Row(line.label, cells, line.median)


def _cell(figure: Figure, line: Line, period: Period, params: Mapping[str, str] | None) -> Cell:
    value = line.counts[figure.key]
    url = "" if params is None or not value else address(figure.key, period, params)
    rate = getattr(line, RATES[figure.key]) if figure.key in RATES else None
    return Cell(figure.key, str(figure.label), value, url, rate)


def address(key: str, period: Period, params: Mapping[str, str]) -> str:
    """The list of exactly the letters that the figure counts."""
    asked = {
        "figure": key,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        **params,
    }
    return f"{reverse('desk:office:letter_list')}?{urlencode(asked)}"
