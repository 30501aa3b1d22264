"""The only writer of a status, and what goes with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.audit import refusals
from bureau.deadlines.errors import ClockError
from bureau.inserts import insert_records
from bureau.workflow import engine, items
from bureau.workflow.declare import Transition, Workflow, workflow_of
from bureau.workflow.engine import Act
from bureau.workflow.models import SubmittedForm
from bureau.workflow.refusals import Change, Conflict, Invalid, NotPermitted, Refusal, WrongState
from bureau.workflow.rights import acting_unit, right_to, right_to_create, verbs_allowed
from bureau.workflow.selectors import history, public_history

__all__ = [
    "Change",
    "Conflict",
    "Invalid",
    "NotPermitted",
    "Refusal",
    "WrongState",
    "amend",
    "amend_many",
    "available",
    "begin_many",
    "draw_items",
    "history",
    "perform",
    "public_history",
    "refresh_items",
    "take_over",
    "transition_of",
]

M = TypeVar("M", bound=Model)


def perform(
    record: M,
    name: str,
    *,
    by: Principal,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    version: int | None = None,
    key: str = "",
    at: datetime | None = None,
) -> M:
    """Take the step `name`; returns the record as stored. An unsaved instance is created.

    The row is locked and read again: fields changed on `record` are not written; hand them in `data`.
    `version`: what the person saw; another one stored raises Conflict. `key`: the token of the form; the same
    one twice returns the first result. `at`: when it happened, for an entry made late; never in the future.
    Raises NotPermitted, WrongState, Invalid, Conflict; nothing is written then but the refusal, in the audit.
    """
    now = timezone.now()
    if at is not None and at > now:
        raise ValueError("A step cannot have happened in the future.")
    workflow = workflow_of(record)
    act = Act(workflow, workflow.transition(name), by, data or {}, reason.strip(), version, at or now)
    action = f"{workflow.kind}.{name}"
    return refusals_audited(action, by, record, lambda: _once(key, record, lambda: engine.run(act, record)))


def take_over(
    records: Sequence[M],
    *,
    status: str,
    by: Principal,
    at: datetime | None = None,
    step: str = engine.TAKEN_OVER,
) -> list[M]:
    """Bring in many records that lived elsewhere before: in one status, each with a first line of history.

    For imports and trials. Nothing is checked but the status; no clock starts and nobody is told; work items
    are drawn by `draw_items`. `step`: what the history calls it, where many records are begun here at once.
    """
    if not records:
        return []
    workflow = workflow_of(records[0])
    if status not in workflow.statuses():
        raise ValueError(f"{workflow.kind} has no status {status}")
    with transaction.atomic():
        for record in records:
            setattr(record, workflow.status_field, status)
        stored = insert_records(records)
        engine.write_taken_over(workflow, stored, by, at or timezone.now(), step)
    return stored


def begin_many(records: Sequence[M], name: str, *, status: str, by: Principal) -> list[M]:
    """The creating step `name` for many new records that were checked before: history, work items, one event.

    For imports: no effect runs, no clock starts and nobody is told; what follows the step is the caller's, and so
    is the question whether each lies where `by` may begin one. Raises NotPermitted, TypeError.
    """
    if not records:
        return []
    workflow = workflow_of(records[0])
    step = workflow.transition(name)
    if not step.creates or step.starts or step.stops or workflow.tell is not None:
        raise TypeError(f"{workflow.kind}.{name} is taken record by record.")
    right_to_create(by, workflow.model)
    unit = acting_unit(by, records[0], engine.OWN_RIGHT)
    with transaction.atomic():
        for record in records:
            setattr(record, workflow.status_field, status)
            record.version = 1  # type: ignore[attr-defined]
        stored = insert_records(records)
        engine.write_taken_over(workflow, stored, by, timezone.now(), name, unit)
        items.draw(stored)
    return stored


def draw_items(records: Sequence[Model]) -> None:
    """The work items of records that were just taken over, in one write. They must have none yet."""
    items.draw(records)


def amend_many(changed: Sequence[tuple[M, Sequence[str]]], *, by: Principal) -> None:
    """Write changed fields of many records: (record with its new values, names of the fields).

    For imports, which have checked rights and values before. A record that somebody else changed since it
    was read raises Conflict and nothing is written. Each record gets its version and its line of history.
    """
    if not changed:
        return
    workflow = workflow_of(changed[0][0])
    manager = type(changed[0][0])._base_manager
    names = {name for _record, fields in changed for name in fields}
    if {workflow.status_field, "version"} & names:
        raise TypeError("Only a transition changes a status.")
    with transaction.atomic():
        _count_up(changed)
        for start in range(0, len(changed), 500):
            part = [record for record, _fields in changed[start : start + 500]]
            manager.bulk_update(part, sorted({*names, "version", "updated_at"}))
        engine.write_changed(workflow, changed, by, timezone.now())


def _count_up(changed: Sequence[tuple[Any, Sequence[str]]]) -> None:
    """Lock the rows; each must still have the version that was read."""
    now = timezone.now()
    for start in range(0, len(changed), 500):
        records = {record.pk: record for record, _fields in changed[start : start + 500]}
        manager = type(next(iter(records.values())))._base_manager
        rows = manager.select_for_update(of=("self",)).filter(pk__in=records).order_by("pk")
        for pk, version in rows.values_list("pk", "version"):
            if records[pk].version != version:
                raise Conflict(_("Somebody else changed a record meanwhile. Nothing was saved; look again."))
            records[pk].version, records[pk].updated_at = version + 1, now


def amend(
    record: M, *, by: Principal, changes: Mapping[str, Any], version: int | None = None, verb: str = "change"
) -> M:
    """Change fields without a step: same lock, right, version check and history line. A status is refused."""
    workflow = workflow_of(record)
    if {workflow.status_field, "version"} & set(changes):
        raise TypeError("Only a transition changes a status.")
    step = Transition(engine.CHANGED, "", (), "", verb=verb)
    act = Act(workflow, step, by, changes, "", version, timezone.now())
    return refusals_audited(f"{workflow.kind}.{verb}", by, record, lambda: _amend(act, record))


def _amend(act: Act, record: M) -> M:
    workflow = act.workflow
    current = engine.lock(record)
    act.right = right_to(act.by, act.step.right, current)
    engine.check_version(workflow, current, act.version)
    before, status = engine.snapshot(current), workflow.status_of(current)
    for name, value in act.data.items():
        setattr(current, name, value)
    fields = engine.changed_fields(workflow, before, current)
    if not fields:
        return current
    engine.save(current)
    unit = acting_unit(act.by, current, act.right)
    engine.write_history(act, current, unit, source=status, fields=fields)
    items.refresh(current)
    return current


def available(record: Model, by: Principal) -> list[Transition]:
    """The steps that `by` may take from here, conditions included, in the order of the table."""
    workflow = workflow_of(record)
    here = workflow.from_status(workflow.status_of(record))
    verbs = verbs_allowed(by, record, (step.right for step in here))
    return [step for step in here if step.right in verbs and not _refused_now(workflow, step, by, record)]


def transition_of(record: Model, name: str) -> Transition:
    """The declared step `name` of this kind of record. Raises RegistryError."""
    return workflow_of(record).transition(name)


def _refused_now(workflow: Workflow, step: Transition, by: Principal, record: Model) -> bool:
    if step.takes_back and engine.taking_back_refused(workflow, step, by, record):
        return True
    return bool(step.condition and step.condition(record, by))


def refresh_items(record: Model) -> None:
    """After something other than a step moved whom the record waits for, such as a reorganisation."""
    with transaction.atomic():
        items.refresh(engine.lock(record))


def _once(key: str, record: M, act: Callable[[], M]) -> M:
    """Run `act`, or return what the same form led to before. The unique token decides between two at once."""
    if not key:
        return act()
    kind = record._meta.label_lower
    try:
        with transaction.atomic():
            form = SubmittedForm.objects.create(token=key[:64], kind=kind)
    except IntegrityError:
        first = SubmittedForm.objects.get(token=key[:64])
        if first.kind != kind:
            raise Invalid(_("This form was sent before. Open the page again.")) from None
        return type(record)._base_manager.get(pk=first.object_id)
    done = act()
    SubmittedForm.objects.filter(pk=form.pk).update(object_id=done.pk)
    return done


def refusals_audited(action: str, by: Principal, record: Model, act: Callable[[], M]) -> M:
    """Run in one transaction; a refusal is written to the audit after the rollback."""
    is_new = record.pk is None
    try:
        with transaction.atomic():
            try:
                return act()
            except ValidationError as error:
                raise Invalid.of(error) from error
            except ClockError as error:
                raise Invalid(error.sentence) from error
    except Refusal as refusal:
        if is_new:
            _unborn(record)
        # Noted, not written: an outer transaction may still have to roll back.
        refusals.note(
            action, by=by, obj=None if is_new else record, detail={"refusal": type(refusal).__name__}
        )
        raise


def _unborn(record: Model) -> None:
    """The row of a refused creation is gone; the instance must not pretend to have one."""
    record.pk = None
    record._state.adding = True
    setattr(record, workflow_of(record).status_field, "")
    setattr(record, "version", 0)  # noqa: B010 - every tracked record has it
