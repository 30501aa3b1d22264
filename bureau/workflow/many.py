"""One step, or one change of fields, over many records in one transaction: one write for all of each kind.

For jobs over hundreds of records. The effect is trusted to leave a valid record: the database's constraints
watch, `full_clean` is not run. Steps that create, take back or move clocks are taken one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import kept_from, permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.charter.models import Unit
from bureau.workflow import engine, items
from bureau.workflow.declare import WORKFLOWS, Transition, Workflow, nobody
from bureau.workflow.engine import Act
from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.refusals import NotPermitted, Refusal, WrongState
from bureau.workflow.rights import OWN_RIGHT, Right, right_to, stood_in_for

M = TypeVar("M", bound=Model)
# Rows of one statement.
AT_ONCE = 500


@dataclass(frozen=True)
class Many(Generic[M]):
    """What became of each record: done, or skipped with the sentence why."""

    done: Sequence[M]
    skipped: Sequence[tuple[M, str]]


def perform_many(
    records: QuerySet[M],
    name: str,
    *,
    by: Principal,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    prepare: Callable[[Sequence[M]], None] | None = None,
    refuse: Callable[[M], str] | None = None,
) -> Many[M]:
    """Take the step `name` with each of `records`; the rows are locked in order of their keys and read again.

    `prepare(records)` runs after the lock: what the effect reads can be fetched for all at once.
    `refuse(record)`: a sentence why this one is left out, "" otherwise. A record that
    the person may not touch, or that is not where the step begins, is skipped; a fault in what follows the step
    undoes all of them. Raises TypeError for a step that is not made for it.
    """
    workflow = WORKFLOWS[records.model._meta.label_lower]
    step = workflow.transition(name)
    if step.creates or step.takes_back or step.is_note or step.starts or step.stops:
        raise TypeError(f"{workflow.kind}.{name} is taken record by record.")
    act = Act(workflow, step, by, data or {}, reason.strip(), None, timezone.now())
    engine.check_reason(act)
    with transaction.atomic():
        held = list(records.select_for_update(of=("self",)).order_by("pk"))
        if prepare is not None:
            prepare(held)
        return _run(act, held, refuse)


def amend_each(
    model: type[M],
    changes: Mapping[int, Mapping[str, Any]],
    *,
    by: Principal,
    verb: str = "change",
    derive: Callable[[M], Mapping[str, Any]] = lambda record: {},
) -> Many[M]:
    """Change fields of many records, each to values of its own, as `amend` does for one.

    `changes`: key → field → new value; the values were checked before, here only the database watches. `derive`:
    columns that follow from the others, which the history does not name. A record that the person may not change
    is skipped with the sentence. No signal is sent. Raises TypeError for a status, and for a kind of record that
    waits for somebody: those are amended one by one.
    """
    workflow = WORKFLOWS[model._meta.label_lower]
    if workflow.waiting is not nobody:
        raise TypeError(f"{workflow.kind} waits for people and is amended record by record.")
    if {workflow.status_field, "version"} & {name for values in changes.values() for name in values}:
        raise TypeError("Only a transition changes a status.")
    step = Transition(engine.CHANGED, "", (), "", verb=verb)
    act = Act(workflow, step, by, {}, "", None, timezone.now())
    with transaction.atomic():
        rows = model._base_manager.select_for_update(of=("self",)).filter(pk__in=changes)
        return _amend(act, list(rows.order_by("pk")), changes, derive)


def _amend(
    act: Act,
    held: Sequence[M],
    changes: Mapping[int, Mapping[str, Any]],
    derive: Callable[[M], Mapping[str, Any]],
) -> Many[M]:
    done, changed, skipped = [], [], []
    keys: list[int] = [record.pk for record in held]
    rights, units = _rights(act, keys), _Units(act.workflow, keys)
    lines: list[HistoryEntry] = []
    names: set[str] = set()
    for record in held:
        try:
            act.right = rights.get(record.pk) or right_to(act.by, act.step.right, record)
        except Refusal as refusal:
            skipped.append((record, refusal.sentence))
            continue
        done.append(record)
        fields = _set(act, record, changes[record.pk])
        if fields:
            status = act.workflow.status_of(record)
            unit = units.of(act.by, record.pk, act.right)
            lines.append(engine.line_of(act, record, unit, source=status, fields=fields))
            names.update(fields, _put(record, derive(record)))
            changed.append(record)
    if changed:
        _write_amended(act, changed, names, lines)
    return Many(done, skipped)


def _set(act: Act, record: Any, values: Mapping[str, Any]) -> list[str]:
    """New values on the instance, with a new version where one differs. Returns the names of those."""
    before = engine.snapshot(record)
    _put(record, values)
    fields = engine.changed_fields(act.workflow, before, record)
    if fields:
        record.version += 1
        record.updated_at = act.at
    return fields


def _put(record: Any, values: Mapping[str, Any]) -> Iterable[str]:
    for name, value in values.items():
        setattr(record, name, value)
    return values


def _write_amended(act: Act, changed: Sequence[Any], names: set[str], lines: Sequence[HistoryEntry]) -> None:
    written = sorted({*names, "version", "updated_at"})
    act.workflow.model._base_manager.bulk_update(changed, written, batch_size=AT_ONCE)
    HistoryEntry.objects.bulk_create(lines, batch_size=AT_ONCE)
    audit.record(
        f"{act.workflow.kind}.{act.step.name}",
        by=act.by,
        fields=sorted({name for line in lines for name in line.fields}),
        detail={"records": [record.pk for record in changed], "count": len(changed)},
    )


def _run(act: Act, held: Sequence[M], refuse: Callable[[M], str] | None) -> Many[M]:
    done: list[M] = []
    skipped: list[tuple[M, str]] = []
    rights = _rights(act, [record.pk for record in held])
    units = _Units(act.workflow, [record.pk for record in held])
    lines: list[HistoryEntry] = []
    names: set[str] = set()
    for record in held:
        before, source = engine.snapshot(record), act.workflow.status_of(record)
        try:
            act.right = rights.get(record.pk) or _refused()
            engine.check_source(act, record)
            engine.check_condition(act, record)
            if refuse is not None and (sentence := refuse(record)):
                raise WrongState(sentence)
            fields = _changed(act, record, before)
        except Refusal as refusal:
            skipped.append((record, refusal.sentence))
            continue
        names.update(fields)
        unit = units.of(act.by, record.pk, act.right)
        lines.append(engine.line_of(act, record, unit, source=source, fields=fields))
        done.append(record)
    if done:
        _write(act, done, names, lines)
    _audit(act, done, skipped)
    return Many(done, skipped)


def _refused() -> Right:
    raise NotPermitted(_("You may see this record; what you tried is for others to do."))


def _rights(act: Act, ids: Sequence[int]) -> dict[int, Right]:
    """Record → by what right: one query, and one for each absent person whose right is borrowed."""
    model, verb = act.workflow.model, act.step.right
    found = dict.fromkeys(
        permitted(act.by, verb, model).filter(pk__in=ids).values_list("pk", flat=True), OWN_RIGHT
    )
    if not isinstance(act.by, User) or len(found) == len(ids):
        return found
    left = set(ids) - found.keys() - kept_from(act.by, model, ids)
    for absent in stood_in_for(act.by):
        rows = permitted(absent, verb, model).filter(pk__in=left)
        for pk in rows.values_list("pk", flat=True):
            found.setdefault(pk, Right(absent))
    return found


class _Units:
    """In whose name a person acts, as `acting_unit` says, without a query for each record."""

    def __init__(self, workflow: Workflow, ids: Sequence[int]) -> None:
        self._waiting: dict[int, set[int | None]] = defaultdict(set)
        rows = WorkItem.objects.filter(kind=workflow.kind, object_id__in=ids)
        for pk, unit_id in rows.values_list("object_id", "unit_id"):
            self._waiting[pk].add(unit_id)
        self._posts: dict[int, list[int]] = {}
        self._known: dict[int, Unit] = {}

    def of(self, by: Principal, pk: int, right: Right) -> Unit | None:
        if not isinstance(by, User):
            return None
        person = right.on_behalf_of or by
        if person.pk not in self._posts:
            posts = [post.unit_id for post in standing(person).posts if post.is_own]
            self._posts[person.pk] = list(dict.fromkeys(posts))
        units = self._posts[person.pk]
        if not units:
            return None
        chosen = next((unit for unit in units if unit in self._waiting[pk]), units[0])
        if chosen not in self._known:
            self._known[chosen] = Unit.objects.get(pk=chosen)
        return self._known[chosen]


def _changed(act: Act, record: Any, before: Mapping[str, object]) -> list[str]:
    """Effect, status and version on the instance. Returns the names of the changed fields."""
    status = act.workflow.status_of(record)
    if act.step.effect is not None:
        act.step.effect(record, act.by, act.data)
    if act.workflow.status_of(record) != status:
        raise TypeError(f"The effect of {act.workflow.kind}.{act.step.name} set a status.")
    setattr(record, act.workflow.status_field, act.step.target_for(record, act.data))
    record.version += 1
    record.updated_at = act.at
    return engine.changed_fields(act.workflow, dict(before), record)


def _write(act: Act, done: Sequence[Any], names: set[str], lines: Sequence[HistoryEntry]) -> None:
    workflow = act.workflow
    _store(workflow, done, sorted({*names, workflow.status_field, "version", "updated_at"}))
    HistoryEntry.objects.bulk_create(lines, batch_size=AT_ONCE)
    if act.step.then_many is not None:
        act.step.then_many(done, act.by, act.data)
    elif act.step.then is not None:
        for record in done:
            act.step.then(record, act.by, act.data)
    WorkItem.objects.filter(kind=workflow.kind, object_id__in=[record.pk for record in done]).delete()
    items.draw(done)
    if workflow.tell_many is not None:
        workflow.tell_many(done, act.step, act.by)
    elif workflow.tell is not None:
        for record in done:
            workflow.tell(record, act.step, act.by)


def _store(workflow: Workflow, done: Sequence[Any], names: Sequence[str]) -> None:
    """One write for all records that get the same values: mostly there are few different ones."""
    alike: dict[str, list[Any]] = defaultdict(list)
    for record in done:
        alike[repr([getattr(record, _column(workflow, name)) for name in names])].append(record)
    for records in alike.values():
        values = {name: getattr(records[0], name) for name in names}
        workflow.model._base_manager.filter(pk__in=[record.pk for record in records]).update(**values)


def _column(workflow: Workflow, name: str) -> str:
    field: Any = workflow.model._meta.get_field(name)
    return str(field.attname)


def _audit(act: Act, done: Sequence[Any], skipped: Sequence[Any]) -> None:
    """One event for all, which names every record that was moved."""
    audit.record(
        f"{act.workflow.kind}.{act.step.name}",
        by=act.by,
        detail={"records": [record.pk for record in done], "count": len(done), "skipped": len(skipped)},
        refused=not done,
    )
