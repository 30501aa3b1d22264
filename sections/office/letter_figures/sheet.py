"""The report as a workbook: one row for each line of its tables."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from bureau.sheets.streaming import Value, workbook
from sections.office.letter_figures.counting import FIGURES
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.selectors import Line
from sections.office.letter_figures.snapshots import read


def content(report: LetterReport) -> Iterator[bytes]:
    return workbook(str(report), heads(), _rows(report))


def heads() -> list[str]:
    return [
        _("Table"),
        _("Line"),
        *(str(figure.label) for figure in FIGURES.values()),
        _("On-time rate (%)"),
        _("Median days to answer"),
        _("Satisfied (%)"),
        _("Solved (%)"),
    ]


def _rows(report: LetterReport) -> Iterator[list[Value]]:
    found = read(report.figures)
    yield _row(_("Month"), found.total)
    for block in found.blocks:
        for line in block.lines:
            yield _row(str(block.heading), line)


def _row(table: str, line: Line) -> list[Value]:
    return [
        table,
        line.label,
        *(line.counts[key] for key in FIGURES),
        line.on_time_rate,
        line.median,
        line.satisfied_rate,
        line.solved_rate,
    ]
