"""Writing cells of a return: one transaction, one lock, every change with who and when.

Two people may have the same part open. A page says at which saving it was read (`page_entry`); what stood
there then is known from the changes since. A box that its reader left alone never overwrites a colleague.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.workflow.refusals import Invalid
from bureau.workflow.rights import right_to
from bureau.workflow.services import perform
from schools.returns.checking import canonical, computed_values, findings
from schools.returns.choices import CellSource, ReturnStatus
from schools.returns.definition import Definition, Rows
from schools.returns.models import CellChange, Return
from schools.returns.models.cells import LONGEST_VALUE
from schools.returns.selectors.answering import asked, changes_since
from schools.returns.selectors.locks import why_locked

LONGEST_REASON = 300
RowList = list[dict[str, str]]


@dataclass(frozen=True)
class Conflict:
    """A colleague wrote this cell after the page was read: both values, who it was and when."""

    theirs: str
    yours: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Saved:
    """What became of the typed cells. `faults` and `conflicts` were not written; the rest was."""

    record: Return
    changed: tuple[str, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    # Cells that a colleague changed meanwhile and the reader left alone: they stay as they are.
    theirs: tuple[str, ...] = ()


@dataclass
class _Entry:
    """One saving on its way."""

    record: Return
    by: User
    source: CellSource
    whole: bool
    since: Mapping[str, Sequence[CellChange]]
    values: dict[str, str] = field(default_factory=dict)
    rows: dict[str, RowList] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    theirs: list[str] = field(default_factory=list)


def save_cells(
    *,
    record: Return,
    by: User,
    typed: Mapping[str, str],
    page_entry: int,
    source: CellSource = CellSource.TYPED,
    reasons: Mapping[str, str] | None = None,
    rows: Mapping[str, RowList] | None = None,
    whole: bool = True,
) -> Saved:
    """Write typed cells (cell → text as typed), repeated rows (whole blocks) and reasons (finding → text).

    `whole`: untouched boxes are among `typed`, as in a form; False where only touched ones are.
    Raises NotPermitted, and Invalid in words while the return is locked. Nothing is written then.
    """
    with transaction.atomic():
        current = _locked(record, by)
        entry = _Entry(current, by, source, whole, changes_since(current, page_entry))
        definition = asked(current)
        _take_cells(entry, definition, typed)
        _take_rows(entry, definition, rows or {})
        changed = _write(entry, definition)
        _write_reasons(entry.record, reasons or {}, by)
    return Saved(entry.record, changed, entry.faults, entry.conflicts, tuple(entry.theirs))


def _locked(record: Return, by: User) -> Return:
    right_to(by, "fill", record)
    known = Return.objects.select_related("collection", "school", "form_version__form")
    current = known.select_for_update(of=("self",)).get(pk=record.pk)
    if reason := why_locked(current, timezone.localdate()):
        raise Invalid(reason)
    return current


def _take_cells(entry: _Entry, definition: Definition, typed: Mapping[str, str]) -> None:
    for key, text in typed.items():
        cell = definition.cells.get(key)
        if cell is None or cell.spec.computed:
            continue  # of another version, or worked out: no box was offered for it
        try:
            value = canonical(cell.spec, text)
        except ValidationError as error:
            entry.faults[key] = " ".join(error.messages)
            continue
        if len(value) > LONGEST_VALUE:
            entry.faults[key] = _("Write at most %(most)s characters.") % {"most": LONGEST_VALUE}
        elif _is_mine(entry, key, value, entry.record.values.get(key, ""), text):
            entry.values[key] = value


def _is_mine(entry: _Entry, key: str, value: str, stands: str, yours: str) -> bool:
    """Whether the typed value is to be written: not where it is there already, or where two disagree."""
    if value == stands:
        return False
    since = entry.since.get(key, ())
    if not since:
        return True
    if entry.whole and value == since[0].old:
        entry.theirs.append(key)
        return False
    others = [change for change in since if change.by_id_then != entry.by.pk]
    if not others:
        return True
    entry.conflicts[key] = Conflict(stands, yours, others[-1].by_name, others[-1].at)
    return False


def _take_rows(entry: _Entry, definition: Definition, given: Mapping[str, RowList]) -> None:
    blocks = {block.key: block for part in definition.parts for block in part.blocks}
    for key, typed in given.items():
        block = blocks.get(key)
        if not isinstance(block, Rows):
            continue
        rows, faults = cleaned_rows(block, typed)
        if faults:
            entry.faults.update(faults)
            continue
        stands = row_text(entry.record.rows.get(key) or [])
        if _is_mine(entry, key, row_text(rows), stands, row_text(rows)):
            entry.rows[key] = rows


def cleaned_rows(block: Rows, typed: RowList) -> tuple[RowList, dict[str, str]]:
    """Canonical rows without the empty ones, and faults by `block.number.column` (the first row is 1)."""
    rows: RowList = []
    faults: dict[str, str] = {}
    for number, row in enumerate(typed, 1):
        found: dict[str, str] = {}
        for column in block.columns:
            try:
                found[column.key] = canonical(column.spec, str(row.get(column.key, "")))
            except ValidationError as error:
                faults[f"{block.key}.{number}.{column.key}"] = " ".join(error.messages)
        if any(found.values()):
            rows.append({name: value for name, value in found.items() if value})
    if len(rows) > block.most:
        faults[block.key] = _("At most %(most)s rows.") % {"most": block.most}
    return rows, faults


def row_text(rows: RowList) -> str:
    """The rows of a block as one text for the list of changes; too long ones by their number and a digest."""
    if not rows:
        return ""
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True)
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{len(rows)} · {blake2s(text.encode(), digest_size=16).hexdigest()}"


def _write(entry: _Entry, definition: Definition) -> tuple[str, ...]:
    if not entry.values and not entry.rows:
        return ()
    record = entry.record
    if record.status in (ReturnStatus.CHECKED, ReturnStatus.SIGNED):
        record = entry.record = perform(record, "correct", by=entry.by)
    before, rows_before = dict(record.values), dict(record.rows)
    record.rows = {**rows_before, **entry.rows}
    record.values = _with(before, entry.values)
    worked_out = computed_values(definition, record.values, record.rows)
    record.values = _with(record.values, worked_out)
    computed = {key for key, cell in definition.cells.items() if cell.spec.computed}
    changes = [
        _change(entry, key, before.get(key, ""), record.values.get(key, ""), key in computed)
        for key in {**entry.values, **dict.fromkeys(computed)}
        if before.get(key, "") != record.values.get(key, "")
    ]
    changes += [
        _change(entry, key, row_text(rows_before.get(key) or []), row_text(rows), False)
        for key, rows in entry.rows.items()
    ]
    _store(entry, changes)
    return tuple(change.cell for change in changes if change.source != CellSource.COMPUTED)


def _with(values: Mapping[str, str], written: Mapping[str, Any]) -> dict[str, str]:
    """Missing is no key at all: an empty text takes the key away."""
    merged = {**values, **written}
    return {key: value for key, value in merged.items() if value != ""}


def _change(entry: _Entry, cell: str, old: str, new: str, is_computed: bool) -> CellChange:
    return CellChange(
        owner_return=entry.record,
        cell=cell,
        old=old[:LONGEST_VALUE],
        new=new[:LONGEST_VALUE],
        source=CellSource.COMPUTED if is_computed else entry.source,
        round=entry.record.round,
        entry=entry.record.entry + 1,
        by_id_then=entry.by.pk,
        by_name=entry.by.audit_name[:100],
    )


def _store(entry: _Entry, changes: list[CellChange]) -> None:
    record, now = entry.record, timezone.now()
    touched = {change.cell for change in changes}
    record.entry += 1
    record.entered_by = entry.by
    record.started_at = record.started_at or now
    # An accepted cell stays accepted unless its value changes.
    record.accepted_cells = [cell for cell in record.accepted_cells if cell not in touched]
    # Counted anew at the next check.
    record.errors = record.unusual = None
    names = ("values", "rows", "entry", "entered_by", "started_at", "accepted_cells", "errors", "unusual")
    record.save(update_fields=[*names, "updated_at"])
    CellChange.objects.bulk_create(changes)
    audit.record(
        "schools.return.entered",
        by=entry.by,
        obj=record,
        fields=["values"],
        detail={"cells": len(changes), "saving": record.entry, "source": str(entry.source)},
    )


def _write_reasons(record: Return, given: Mapping[str, str], by: User) -> None:
    """A reason is kept with the figures for which it was given; an empty text takes it back."""
    known = {finding.key: finding for finding in findings(record) if finding.needs_reason} if given else {}
    kept = dict(record.reasons)
    for key, text in given.items():
        finding, text = known.get(key), " ".join(text.split())[:LONGEST_REASON]
        if finding is None:
            continue
        if text:
            kept[key] = {"value": finding.value, "text": text}
        else:
            kept.pop(key, None)
    if kept != record.reasons:
        record.reasons = kept
        record.save(update_fields=["reasons", "updated_at"])
        audit.record("schools.return.explained", by=by, obj=record, fields=["reasons"])
