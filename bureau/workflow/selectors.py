"""What happened to a record, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from bureau.workflow.declare import workflow_of
from bureau.workflow.engine import step_label
from bureau.workflow.inbox import Entry, Inbox, inbox, open_count, waiting_on_others
from bureau.workflow.models import HistoryEntry

__all__ = [
    "Entry",
    "Inbox",
    "Line",
    "entries",
    "history",
    "inbox",
    "open_count",
    "public_history",
    "waiting_on_others",
]


@dataclass(frozen=True)
class Line:
    """One line of a history as a page shows it."""

    at: datetime
    label: str
    who: str  # person on staff pages, section on public ones
    unit: str
    reason: str
    source: str
    target: str
    fields: tuple[str, ...]
    transition: str


def entries(record: Model) -> QuerySet[HistoryEntry]:
    """History rows of a record, newest first; with those of records that were merged into it."""
    return HistoryEntry.objects.filter(
        kind=record._meta.label_lower, object_id__in=[record.pk, *_doubles(record)]
    )


def _doubles(record: Model) -> list[int]:
    """Ids of the records that turned out to be the same as this one; most kinds have none."""
    doubles: Any = getattr(record, "merged_from", None)
    return list(doubles.values_list("pk", flat=True)) if doubles is not None else []


def history(record: Model) -> list[Line]:
    """Every line, newest first, with names: for staff who may see the record."""
    return [_line(record, row, row.who) for row in entries(record)]


def public_history(record: Model) -> list[Line]:
    """The lines a citizen sees, newest first: section instead of person, reasons only where declared."""
    workflow = workflow_of(record)
    found = []
    for row in entries(record).filter(is_public=True):
        step = workflow.by_name.get(row.transition)
        with_reason = step is not None and step.public_reason
        found.append(_line(record, row, row.unit_label, reason=row.reason if with_reason else ""))
    return found


def _label(record: Model, row: HistoryEntry, label: str) -> str:
    return label if row.object_id == record.pk else _("%(step)s (at the merged record)") % {"step": label}


def _line(record: Model, row: HistoryEntry, who: str, *, reason: str | None = None) -> Line:
    workflow = workflow_of(record)
    return Line(
        at=row.at,
        label=_label(record, row, step_label(workflow, row.transition)),
        who=who,
        unit=row.unit_label,
        reason=row.reason if reason is None else reason,
        source=workflow.status_label(row.source),
        target=workflow.status_label(row.target),
        fields=tuple(row.fields),
        transition=row.transition,
    )
