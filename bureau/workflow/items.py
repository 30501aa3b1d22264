"""Work items: one row per open record and unit or person that must act next. Kept by the engine alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete
from django.utils import translation

from bureau.deadlines.models import Clock, ClockEvent
from bureau.workflow.declare import WORKFLOWS, Text, Waiting, Workflow, workflow_of
from bureau.workflow.models import HistoryEntry, WorkItem

Who: TypeAlias = tuple[int | None, int | None]  # unit, person


@dataclass(frozen=True)
class Wanted:
    verb: str
    label: str
    due: date | None


def refresh(record: Model) -> None:
    """Make the work items of a record agree with what its workflow says it waits for."""
    workflow = workflow_of(record)
    wanted = wanted_items(workflow, record)
    rows = WorkItem.objects.filter(kind=workflow.kind, object_id=record.pk)
    stale = []
    for row in rows:
        want = wanted.pop((row.unit_id, row.user_id), None)
        if want is None:
            stale.append(row.pk)
        elif want != Wanted(row.verb, row.label, row.due):
            row.verb, row.label, row.due = want.verb, want.label, want.due
            row.save(update_fields=["verb", "label", "due"])
    if stale:
        WorkItem.objects.filter(pk__in=stale).delete()
    WorkItem.objects.bulk_create(_row(workflow, record, who, want) for who, want in wanted.items())


def draw(records: Iterable[Model]) -> None:
    """The work items of new records, all at once."""
    WorkItem.objects.bulk_create(
        [
            _row(workflow, record, who, want)
            for record in records
            for workflow in (workflow_of(record),)
            for who, want in wanted_items(workflow, record).items()
        ],
        batch_size=500,
    )


def _row(workflow: Workflow, record: Model, who: Who, want: Wanted) -> WorkItem:
    unit_id, user_id = who
    return WorkItem(
        kind=workflow.kind,
        object_id=record.pk,
        unit_id=unit_id,
        user_id=user_id,
        verb=want.verb,
        label=want.label,
        due=want.due,
    )


def wanted_items(workflow: Workflow, record: Model) -> dict[Who, Wanted]:
    """(unit, person) → what they must do. The first word for each counts."""
    found: dict[Who, Wanted] = {}
    for waiting in workflow.waiting(record):
        if (waiting.unit is None) == (waiting.user is None):
            raise ValueError(f"{workflow.kind} waits for a unit or for a person, not for both or none.")
        who = (waiting.unit.pk if waiting.unit else None, waiting.user.pk if waiting.user else None)
        found.setdefault(who, _wanted(workflow, record, waiting))
    return found


def _wanted(workflow: Workflow, record: Model, waiting: Waiting) -> Wanted:
    key = untranslated(waiting.verb_label)
    step = workflow.by_name.get(key)
    if step is None:
        here = workflow.from_status(workflow.status_of(record))
        step = next((one for one in here if untranslated(one.label) == key), None)
    if step is None:
        if key.isidentifier() and key.islower():
            raise ValueError(f"{workflow.kind} waits for {key!r}, which is neither a step nor words to read.")
        return Wanted(waiting.verb, key, waiting.due)
    return Wanted(waiting.verb or step.right, untranslated(step.label), waiting.due)


def untranslated(text: Text) -> str:
    """The words as they stand in the source, to be translated for each reader."""
    with translation.override(None):
        return str(text)


def follow_deletions(model: type[Model]) -> None:
    """A deleted record leaves no work behind."""
    post_delete.connect(_forget, sender=model, dispatch_uid=f"workflow.items.{model._meta.label_lower}")


def _forget(sender: type[Model], instance: Model, **_kwargs: Any) -> None:
    WorkItem.objects.filter(kind=sender._meta.label_lower, object_id=instance.pk).delete()


def follow_clock(clock: Clock, event: ClockEvent) -> None:
    """The due day of an item moves with the clock of its record."""
    workflow = WORKFLOWS[clock.object_kind]
    record = workflow.model._base_manager.filter(pk=clock.object_id).first()
    if record is None:
        return
    refresh(record)
    if workflow.date_moved is not None:
        workflow.date_moved(record, event)


def rebuild() -> int:
    """Refresh the items of every record, drop those of records that are gone. Returns how many records."""
    count = 0
    for workflow in WORKFLOWS:
        manager = workflow.model._base_manager
        for pk in list(manager.values_list("pk", flat=True)):
            with transaction.atomic():
                record = manager.select_for_update(of=("self",)).filter(pk=pk).first()
                if record is not None:
                    refresh(record)
                    count += 1
        _items_without_record(workflow).delete()
    WorkItem.objects.exclude(kind__in=WORKFLOWS.keys()).delete()
    return count


def _items_without_record(workflow: Workflow) -> Any:
    items = WorkItem.objects.filter(kind=workflow.kind)
    return items.exclude(object_id__in=workflow.model._base_manager.values("pk"))


def disagreements() -> Iterator[str]:
    """Where items and records, or a status and the last line of its history, do not agree."""
    for workflow in WORKFLOWS:
        stored = _stored(workflow)
        for record in workflow.model._base_manager.all().iterator(chunk_size=500):
            yield from _about(workflow, record, stored.pop(record.pk, {}))
        yield from (f"{workflow.kind} {pk}: work items of a record that is gone" for pk in stored)
        yield from _statuses(workflow)


def _stored(workflow: Workflow) -> dict[int, dict[Who, Wanted]]:
    found: dict[int, dict[Who, Wanted]] = {}
    for row in WorkItem.objects.filter(kind=workflow.kind):
        found.setdefault(row.object_id, {})[(row.unit_id, row.user_id)] = Wanted(row.verb, row.label, row.due)
    return found


def _about(workflow: Workflow, record: Model, stored: dict[Who, Wanted]) -> Iterator[str]:
    wanted = wanted_items(workflow, record)
    for who in wanted.keys() - stored.keys():
        yield f"{workflow.kind} {record.pk}: no work item for {_name(who)}"
    for who in stored.keys() - wanted.keys():
        yield f"{workflow.kind} {record.pk}: a work item too many for {_name(who)}"
    for who in wanted.keys() & stored.keys():
        if wanted[who] != stored[who]:
            yield f"{workflow.kind} {record.pk}: {_name(who)} has {stored[who]} instead of {wanted[who]}"


def _name(who: Who) -> str:
    unit_id, user_id = who
    return f"unit {unit_id}" if unit_id is not None else f"person {user_id}"


def _statuses(workflow: Workflow) -> Iterator[str]:
    """A record whose history is silent (imported as it is) has nothing to disagree with."""
    last: dict[int, str] = {}
    rows = HistoryEntry.objects.filter(kind=workflow.kind).order_by("pk").values_list("object_id", "target")
    for object_id, target in rows.iterator(chunk_size=2000):
        last[object_id] = target
    for pk, status in workflow.model._base_manager.values_list("pk", workflow.status_field):
        if pk in last and last[pk] != status:
            yield f"{workflow.kind} {pk}: its status is {status}, its history ends in {last[pk]}"
