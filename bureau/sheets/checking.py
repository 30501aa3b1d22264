"""From the rows of a file to rows with outcomes and sentences: the whole dry run, in bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.sheets import cells
from bureau.sheets.declare import Scope, Sheet, SheetColumn
from bureau.sheets.layout import Table
from bureau.sheets.rows import Row

# Rows that a register checks or writes with one set of queries.
SHEET_BATCH = 4000

Corrections = Mapping[str, Mapping[str, str]]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Asked:
    """Whose workbook of which kind about what."""

    sheet: Sheet
    scope: Scope
    by: User


def checked(asked: Asked, table: Table, corrections: Corrections, tell: Progress | None = None) -> list[Row]:
    """Every row of the file with what saving would do and what is wrong with it. Writes nothing."""
    sheet = asked.sheet
    rows = parsed_rows(asked, table, corrections)
    for start in range(0, len(rows), SHEET_BATCH):
        batch = rows[start : start + SHEET_BATCH]
        sheet.check(batch, asked.scope, asked.by)
        if tell is not None:
            tell(start + len(batch))
    refuse_twice(sheet, rows)
    sheet.check_all(rows, asked.scope, asked.by)
    for row in rows:
        row.who = sheet.who(row)
    return rows


def parsed_rows(asked: Asked, table: Table, corrections: Corrections) -> list[Row]:
    readers = [
        cells.Reader(asked.sheet, column, _words(column, asked.by))
        for column in asked.sheet.columns
        if column.name in table.columns and (not column.read_only or column.name in asked.sheet.identity)
    ]
    columns = [(reader, reader.name, reader.known, table.columns[reader.name]) for reader in readers]
    found = []
    for number, line in table.rows:
        row = Row(number, {})
        values, width = row.values, len(line)
        typed = corrections.get(str(number), {}) if corrections else {}
        for reader, name, known, place in columns:
            cell = line[place] if place < width else ""
            if typed:
                cell = typed.get(name, cell)
            # Half a million cells: what is known is taken without a call.
            if type(cell) is not str or cell not in known:
                reader.put(row, cell)
            elif (value := known[cell]) is not cells.ABSENT:
                values[name] = value
        found.append(row)
    return found


def _words(column: SheetColumn, by: User) -> dict[str, Any]:
    return cells.vocabulary(list(column.choices(by))) if column.choices is not None else {}


def refuse_twice(sheet: Sheet, rows: Sequence[Row]) -> None:
    """The same record in two rows of the file: the later one says where the first one stands."""
    first: dict[Any, int] = {}
    for row in rows:
        key = sheet.identity_of(row) if sheet.identity else None
        if key is None:
            continue
        if key in first:
            row.fault(
                _("The same record stands in row %(row)s already. Delete one of them.") % {"row": first[key]},
                sheet.identity[0],
            )
        first.setdefault(key, row.number)
