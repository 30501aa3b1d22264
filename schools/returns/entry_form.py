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
_ANSWER = re.compile(r"answer-(\d{1,18})", re.ASCII)


@dataclass
class Posted:
    """What one form of a part holds, by cell, block and finding."""

    entry: int
    cells: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    remark_at: str = ""
    remark: str = ""


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
            read.rows[block.key] = _rows(data, block, grid.place_of(part, block))
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


def _rows(data: Any, block: Rows, place: int) -> list[dict[str, str]]:
    """Rows by their number in the form, holes left out. One more than may be, so that too many are noticed."""
    found = []
    for number in range(1, block.most + MOST_BLANKS + 1):
        names = {column.key: grid.row_name(place, number, at) for at, column in enumerate(block.columns, 1)}
        if any(name in data for name in names.values()):
            found.append({key: _clean(data.get(name, "")) for key, name in names.items()})
    return found


def cells_of(part: Part, definition: Definition) -> list[Cell]:
    return [cell for cell in definition.cells.values() if cell.part.key == part.key]
