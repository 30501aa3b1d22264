"""Reading the form of a part: cells, repeated rows, reasons, answers, a remark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from schools.returns import grid
from schools.returns.checking import Finding
from schools.returns.definition import Cell, Definition, Part, Rows

MOST_BLANKS = 20
_AROUND = re.compile(r"(\d{1,4})-(\d{1,4})", re.ASCII)
_ANSWER = re.compile(r"answer-(\d{1,18})", re.ASCII)


@dataclass
class Posted:
    """What one form of a part holds, by cell, block and finding."""

    entry: int
    cells: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    # How many rows of a block stand before and after those of the form.
    around: dict[str, tuple[int, int]] = field(default_factory=dict)
    page: int = 1
    reasons: dict[str, str] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    remark_at: str = ""
    remark: str = ""
    closing: str = ""  # the number of a comment that is settled


def posted(data: Any, part: Part, definition: Definition, found: Sequence[Finding]) -> Posted:
    """Read the form of a part; boxes that it does not hold are not among the cells."""
    seen = data.get("version", "")
    read = Posted(int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0)
    for cell in cells_of(part, definition):
        name = grid.name_of(cell)
        if name in data:
            read.cells[cell.key] = _clean(data[name])
    for block in part.blocks:
        if isinstance(block, Rows) and f"rows-{block.key}" in data:
            around = read.around[block.key] = _around(data[f"rows-{block.key}"])
            read.rows[block.key] = _rows(data, block, grid.place_of(part, block), around[0])
    read.page = page_number(data.get("page", ""))
    for finding in found:
        name = grid.reason_name(finding.key)
        if name in data:
            read.reasons[finding.key] = _clean(data[name])
    for name in data:
        match = _ANSWER.fullmatch(name)
        if match and data[name].strip():
            read.answers[int(match[1])] = _clean(data[name])
    read.remark_at = _clean(data.get("remark-at", ""))
    read.remark = _clean(data.get("remark", ""))
    return read


def _clean(text: str) -> str:
    """Without what no database keeps."""
    return text.replace("\x00", "").strip()


def page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _around(text: str) -> tuple[int, int]:
    """ "40-12": so many rows stand before and after those of the page. Everything else: the page held all rows."""
    found = _AROUND.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def whole(standing: Sequence[dict[str, str]], form: Posted, block: str) -> list[dict[str, str]]:
    """All rows of a block: those of the page between those that stand before and after them."""
    before, after = form.around.get(block, (0, 0))
    end = max(len(standing) - after, 0)
    return [*standing[: min(before, end)], *form.rows[block], *standing[end:]]


def _rows(data: Any, block: Rows, place: int, before: int) -> list[dict[str, str]]:
    """Rows by their number in the form, holes left out. One more than may be, so that too many are noticed."""
    found = []
    for number in range(before + 1, before + block.most + MOST_BLANKS + 1):
        names = {column.key: grid.row_name(place, number, at) for at, column in enumerate(block.columns, 1)}
        if any(name in data for name in names.values()):
            found.append({key: _clean(data.get(name, "")) for key, name in names.items()})
    return found


def cells_of(part: Part, definition: Definition) -> list[Cell]:
    return [cell for cell in definition.cells.values() if cell.part.key == part.key]
