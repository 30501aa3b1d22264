"""Figures as they are kept in a report, and read again."""

from __future__ import annotations

from datetime import date
from typing import Any

from sections.office.letter_figures.counting import KEYS, Period
from sections.office.letter_figures.selectors import Block, Figures, Line

FORM = 1  # of the stored figures; a later one is read beside it


def stored(found: Figures) -> dict[str, Any]:
    return {
        "form": FORM,
        "since": found.period.since.isoformat(),
        "until": found.period.until.isoformat(),
        "total": _line(found.total),
        "blocks": {block.dimension: [_line(line) for line in block.lines] for block in found.blocks},
    }


def read(figures: dict[str, Any]) -> Figures:
    period = Period(date.fromisoformat(figures["since"]), date.fromisoformat(figures["until"]))
    blocks = tuple(
        Block(dimension, tuple(_read(line) for line in lines))
        for dimension, lines in figures["blocks"].items()
    )
    return Figures(period, _read(figures["total"]), blocks)


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "zh": line.name_zh,
        "en": line.name,
        "counts": dict(line.counts),
        "median": line.median,
    }


def _read(line: dict[str, Any]) -> Line:
    counts = {**dict.fromkeys(KEYS, 0), **line["counts"]}
    return Line(line["key"], line["zh"], line["en"], counts, line["median"])
