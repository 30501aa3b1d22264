"""What saving a batch of rows would do: the default `Sheet.check`, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bureau.access.services import Decision, may_add
from bureau.accounts.models import User
from bureau.sheets.cells import tidy
from bureau.sheets.declare import Scope, Sheet, SheetColumn
from bureau.sheets.rows import Outcome, Row


@dataclass(frozen=True)
class _Reach:
    """What this person may do with the records of a batch."""

    found: Any  # identity → record
    changeable: frozenset[Any]
    adding: Decision
    columns: frozenset[str]


def compare(sheet: Sheet, rows: Sequence[Row], scope: Scope, by: User) -> None:
    reach = _reach(sheet, rows, scope, by)
    for row in rows:
        key = sheet.identity_of(row)
        row.record = reach.found.get(key) if key is not None else None
        if row.record is not None:
            _existing(sheet, row, reach)
        elif not _is_unreadable(sheet, row):
            _new(sheet, row, reach)


def _is_unreadable(sheet: Sheet, row: Row) -> bool:
    """Whether the very cells that name the record have faults: then nobody knows whether it is new."""
    return any(remark.column in sheet.identity for remark in row.faults)


def _reach(sheet: Sheet, rows: Sequence[Row], scope: Scope, by: User) -> _Reach:
    found = sheet.existing(rows, scope, by) if sheet.identity else {}
    keys = [record.pk for record in found.values()]
    changeable = sheet.records(scope, by, "change").filter(pk__in=keys).values_list("pk", flat=True)
    adding = may_add(by, sheet.model) if sheet.adds else Decision(False)
    return _Reach(found, frozenset(changeable), adding, sheet.writable(scope, by))


def _existing(sheet: Sheet, row: Row, reach: _Reach) -> None:
    moved = differences(sheet, row)
    row.changes = {name: pair for name, pair in moved.items() if name in reach.columns}
    for name in moved.keys() - reach.columns:
        row.fault(_("This column is not yours to change. Put back what stood in the template."), name)
    row.outcome = Outcome.CHANGED if row.changes else Outcome.SAME
    if row.changes and row.record.pk not in reach.changeable:
        row.fault(_("You may see this record; what you tried is for others to do."))
    for name, (_now, then) in row.changes.items():
        if then in (None, ""):
            row.doubt(_("The cell is empty. Saving would empty the register, too."), name)


def differences(sheet: Sheet, row: Row) -> dict[str, tuple[Any, Any]]:
    """Column → (now, then) where file and register differ. Identity is the same by definition."""
    found = {}
    for column in sheet.columns:
        if column.name in row.values and column.name not in sheet.identity:
            now, then = sheet.value(row.record, column), row.values[column.name]
            if is_other(column, now, then):
                found[column.name] = (now, then)
    return found


def is_other(column: SheetColumn, now: Any, then: Any) -> bool:
    """Whether the two differ for a reader: spaces and full-width digits do not count."""
    if isinstance(now, str) and isinstance(then, str):
        return tidy(now) != then if column.kind == "text" else now != then
    return bool((None if now == "" else now) != (None if then == "" else then))


def _new(sheet: Sheet, row: Row, reach: _Reach) -> None:
    row.outcome = Outcome.NEW
    if not reach.adding:
        row.fault(_("There is no such record among those that you keep here. Check the number."))
        return
    wrong = {remark.column for remark in row.faults}
    for column in sheet.columns:
        if column.required and column.name not in wrong and row.get(column.name) in (None, ""):
            row.fault(_("This must be filled in for a new record."), column.name)
