"""Who has sent, by district, as bars of plain numbers: on time, late, not sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schools.returns.selectors.completeness import Line

ROW, BAR, LABEL, FIGURE = 30, 14, 130, 56
PARTS = (("on_time", "p3"), ("late", "p2"), ("unsent", "b2"))


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    css: str


@dataclass(frozen=True)
class ChartRow:
    label: str
    figure: str
    y: int
    bars: Sequence[Bar]

    @property
    def text_y(self) -> int:
        return self.y + BAR - 2


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    rows: Sequence[ChartRow]
    bar: int = BAR

    @property
    def right(self) -> int:
        return self.width


def chart(lines: Sequence[Line], *, width: int) -> Chart:
    """Every bar is as long as another: what counts is the share of a district."""
    rows = [_row(line, number, width) for number, line in enumerate(lines) if line.counts["expected"]]
    return Chart(width, ROW * len(rows) + 4, [_at(row, place) for place, row in enumerate(rows)])


def _row(line: Line, number: int, width: int) -> ChartRow:
    whole, left = line.counts["expected"], float(LABEL)
    room = width - LABEL - FIGURE
    bars = []
    for key, css in PARTS:
        wide = room * line.counts[key] / whole
        if wide:
            bars.append(Bar(round(left, 1), round(wide, 1), css))
        left += wide
    return ChartRow(line.label, f"{line.counts['submitted']}/{whole}", number, bars)


def _at(row: ChartRow, place: int) -> ChartRow:
    return ChartRow(row.label, row.figure, place * ROW + 6, row.bars)
