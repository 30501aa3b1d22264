"""What a check found, in the form in which it is kept and shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bureau.sheets.cells import shown
from bureau.sheets.declare import Sheet
from bureau.sheets.layout import Table, letters
from bureau.sheets.rows import Outcome, Remark, Row

# Remarks that are kept for the page; the returned file holds them all.
MOST_REMARKS = 2000
# Changes that the page lists one by one.
MOST_CHANGES = 200

Report = dict[str, Any]


@dataclass(frozen=True)
class Cells:
    """The file's cells by row, with what was typed over them."""

    table: Table
    lines: Mapping[int, Sequence[Any]]
    corrections: Mapping[str, Mapping[str, str]]

    def text(self, number: int, column: str) -> str:
        typed = self.corrections.get(str(number), {})
        if column in typed:
            return typed[column]
        place = self.table.columns.get(column)
        line = self.lines.get(number, ())
        return shown(line[place]) if place is not None and place < len(line) else ""

    def place(self, column: str) -> int:
        """From the left; what is about no cell comes first."""
        return self.table.columns.get(column, -1)

    def address(self, number: int, column: str) -> str:
        """ "C17"; only the row where the remark is about no cell."""
        place = self.table.columns.get(column)
        return f"{letters(place)}{number}" if place is not None else str(number)


def cells_of(table: Table, corrections: Mapping[str, Mapping[str, str]]) -> Cells:
    return Cells(table, dict(table.rows), corrections)


def report_of(sheet: Sheet, rows: Sequence[Row], cells: Cells) -> Report:
    """Counts, remarks with addresses, a print of every row's outcome; JSON throughout."""
    faulty = [row for row in rows if row.faults]
    doubtful = [row for row in rows if row.doubts and not row.faults]
    return {
        "notes": cells.table.notes,
        "counts": _counts(rows, faulty, doubtful),
        "faults": list(_remarks(sheet, faulty, cells, "faults")),
        "fault_count": sum(len(row.faults) for row in faulty),
        "doubts": list(_remarks(sheet, doubtful, cells, "doubts")),
        "doubt_signs": {str(row.number): signature(row) for row in doubtful},
        "changes": _changes(sheet, rows),
        "prints": {str(row.number): print_of(row) for row in rows},
    }


def _counts(rows: Sequence[Row], faulty: Sequence[Row], doubtful: Sequence[Row]) -> dict[str, int]:
    ready = [row for row in rows if not row.faults]
    counts = {outcome.value: sum(row.outcome is outcome for row in ready) for outcome in Outcome}
    return {"read": len(rows), "ready": len(ready), "faulty": len(faulty), "unusual": len(doubtful), **counts}


def _remarks(sheet: Sheet, rows: Iterable[Row], cells: Cells, kind: str) -> Iterable[dict[str, Any]]:
    labels = {column.name: sheet.label(column) for column in sheet.columns}
    lists = {column.name for column in sheet.columns if column.choices is not None}
    left = MOST_REMARKS
    for row in rows:
        remarks: list[Remark] = sorted(getattr(row, kind), key=lambda one: cells.place(one.column))
        for remark in remarks[:left]:
            yield {
                "row": row.number,
                "column": remark.column,
                "address": cells.address(row.number, remark.column),
                "label": labels.get(remark.column, ""),
                "who": row.who,
                "text": cells.text(row.number, remark.column) if remark.column else "",
                "sentence": remark.sentence,
                "can_type": remark.column in cells.table.columns,
                "is_choice": remark.column in lists,
            }
        left -= min(left, len(remarks))


def _changes(sheet: Sheet, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The first changed rows: which columns change. Values stand in the file and in the register."""
    labels = {column.name: sheet.label(column) for column in sheet.columns}
    changed = [row for row in rows if row.outcome is Outcome.CHANGED and not row.faults]
    return [
        {"row": row.number, "who": row.who, "columns": [labels[name] for name in row.changes]}
        for row in changed[:MOST_CHANGES]
    ]


def print_of(row: Row) -> str:
    """A short digest of what saving the row would do: differs when the register has moved on."""
    said = repr((row.outcome, getattr(row.record, "pk", None), sorted(row.changes.items()), bool(row.faults)))
    return hashlib.blake2s(said.encode(), digest_size=6).hexdigest()


def signature(row: Row) -> str:
    """What a tick "these are right" confirms: it lapses when the row becomes unusual for another reason."""
    said = repr([(remark.column, row.get(remark.column)) for remark in row.doubts])
    return hashlib.blake2s(said.encode(), digest_size=6).hexdigest()


def moved(before: Report | None, after: Report) -> list[str]:
    """Numbers of the rows for which saving would now do something else than was shown."""
    known = (before or {}).get("prints", {})
    return [number for number, sign in after["prints"].items() if known.get(number) != sign]


def unconfirmed(report: Report, ticks: Mapping[str, str]) -> list[str]:
    """Numbers of unusual rows without a tick in force."""
    return [number for number, sign in report["doubt_signs"].items() if ticks.get(number) != sign]
