"""The returned file: the uploaded rows as they stand, with a column for the result and one for what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.sheets.cells import shown
from bureau.sheets.layout import Table, result_heads
from bureau.sheets.models import SheetUpload
from bureau.sheets.reporting import Cells, cells_of
from bureau.sheets.rows import Outcome, Remark, Row
from bureau.sheets.streaming import Value, workbook
from bureau.sheets.uploading import asked_of, examine, table_of


def returned(upload: SheetUpload, *, by: User) -> Iterator[bytes]:
    """An .xlsx; corrections made on the page are in it. It can be corrected further and uploaded again."""
    sheet, table = asked_of(upload, by).sheet, table_of(upload)
    rows, _report = examine(upload, by)
    cells = cells_of(table, upload.corrections)
    labels = {column.name: sheet.label(column) for column in sheet.columns}
    own = _heads(table)
    lines = (_line(cells, len(own), labels, row) for row in rows)
    return workbook(str(sheet.title), [*own, *result_heads()], lines)


def _heads(table: Table) -> list[str]:
    width = max([len(table.headers), *(len(line) for _number, line in table.rows)])
    return [*table.headers, *[""] * (width - len(table.headers))]


def _line(cells: Cells, width: int, labels: dict[str, str], row: Row) -> list[Value]:
    found: list[Value] = [value_of(cell) for cell in cells.lines[row.number]]
    found += [""] * (width - len(found))
    for name, place in cells.table.columns.items():
        if name in cells.corrections.get(str(row.number), {}):
            found[place] = cells.text(row.number, name)
    return [*found[:width], result(row), remarks(row, labels)]


def value_of(cell: Any) -> Value:
    """Short numbers stay numbers; everything else is text, and text is never a formula."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < 10**11:
        return cell
    return shown(cell)


def result(row: Row) -> str:
    if row.faults:
        return _("error")
    if row.doubts:
        return _("unusual")
    words = {Outcome.NEW: _("new"), Outcome.CHANGED: _("changed"), Outcome.SAME: _("unchanged")}
    return words[row.outcome] if row.outcome is not None else ""


def remarks(row: Row, labels: dict[str, str]) -> str:
    return "\n".join(_said(remark, labels) for remark in (*row.faults, *row.doubts))


def _said(remark: Remark, labels: dict[str, str]) -> str:
    label = labels.get(remark.column, "")
    return f"{label}: {remark.sentence}" if label else remark.sentence
