"""Writing a batch of rows in bulk: the default `Sheet.save`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.sheets.declare import Scope, Sheet
from bureau.sheets.rows import Outcome, Row

# Records of one statement: it names each of them in every one of its columns.
UPDATED = 500


def write(sheet: Sheet, rows: Sequence[Row], scope: Scope, by: User) -> None:
    """Inside the kernel's transaction. A row that cannot be written says so as its fault."""
    new = [row for row in rows if row.outcome is Outcome.NEW]
    changed = [row for row in rows if row.outcome is Outcome.CHANGED]
    for row in new:
        row.record = sheet.build(row, scope, by)
    for row in changed:
        for name, (_now, then) in row.changes.items():
            setattr(row.record, sheet.attribute(name), then)
    for row in (*new, *changed):
        clean(row, row.record)
    if any(row.faults for row in rows):
        return
    manager = sheet.model._default_manager
    manager.bulk_create([row.record for row in new])
    names = sorted({sheet.attribute(name) for row in changed for name in row.changes})
    if names:
        manager.bulk_update([row.record for row in changed], names, batch_size=UPDATED)
    for verb, written in (("add", new), ("change", changed)):
        refuse_outside(sheet, written, scope, by, verb)


def clean(row: Row, record: models.Model) -> None:
    """The model's own checks. Relations come from lists that were checked; asking for each would cost queries."""
    relations = [field.name for field in record._meta.concrete_fields if field.is_relation]
    try:
        record.clean_fields(exclude=relations)
        record.clean()
    except ValidationError as error:
        put(row, error)


def put(row: Row, error: ValidationError) -> None:
    """The sentences of a ValidationError, each at its column."""
    if hasattr(error, "error_dict"):
        for name, sentences in error.message_dict.items():
            row.fault(" ".join(sentences), "" if name == "__all__" else name)
    else:
        row.fault(" ".join(error.messages))


def refuse_outside(sheet: Sheet, rows: Sequence[Row], scope: Scope, by: User, verb: str) -> None:
    """After writing, every record must lie where the person may `verb`: else it was moved out of reach."""
    keys: list[Any] = [row.record.pk for row in rows]
    mine = (
        set(sheet.records(scope, by, verb).filter(pk__in=keys).values_list("pk", flat=True))
        if keys
        else set()
    )
    for row in rows:
        if row.record.pk not in mine:
            row.fault(_("You may not begin or move a record to the place that it names."))
