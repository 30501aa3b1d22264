"""One step, from check to history. Everything here runs inside the transaction that `services` opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.deadlines import services as deadlines
from bureau.inserts import insert_rows
from bureau.workflow import items
from bureau.workflow.declare import Data, Transition, Workflow
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import Change, Conflict, Invalid, NotPermitted, WrongState
from bureau.workflow.rights import OWN_RIGHT as OWN_RIGHT
from bureau.workflow.rights import Right, acting_unit, right_to, right_to_create

M = TypeVar("M", bound=Model)

# Lines of the history that are no steps: they move nothing and count as no answer.
URGED = "urged"
# A change of fields without a step.
CHANGED = "changed"
# The record lived elsewhere before: a register on paper, a sheet, another system.
TAKEN_OVER = "taken_over"


@dataclass
class Act:
    """One call of `perform`: who wants which step, with what."""

    workflow: Workflow
    step: Transition
    by: Principal
    data: Data
    reason: str
    version: int | None
    at: datetime
    right: Right = OWN_RIGHT


def run(act: Act, record: M) -> M:
    """Check, apply, save, write down. Returns the record as stored."""
    record = create_checked(act, record) if record.pk is None else locked_and_checked(act, record)
    check_reason(act)
    check_condition(act, record)
    unit = acting_unit(act.by, record, act.right)
    source = act.workflow.status_of(record)
    changed = apply(act, record)
    write_history(act, record, unit, source=source, fields=changed)
    move_clocks(act, record)
    if act.step.then is not None:
        act.step.then(record, act.by, act.data)
    if act.step.creates:
        # After `then`: the rights over a shared record are made there.
        check_created(act, record)
    items.refresh(record)
    if act.workflow.tell is not None:
        act.workflow.tell(record, act.step, act.by)
    return record


def lock(record: M) -> M:
    """The row as it is now, held until the end of the transaction (SQLite holds the whole file)."""
    manager = type(record)._base_manager
    found = manager.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if found is None:
        raise NotPermitted(_("This record is not open to you."))
    return found


def create_checked(act: Act, record: M) -> M:
    act.right = right_to_create(act.by, act.workflow.model)
    if not act.step.creates:
        raise WrongState(_("This record has not been sent yet."))
    return record


def locked_and_checked(act: Act, record: M) -> M:
    current = lock(record)
    act.right = right_to(act.by, act.step.right, current)
    check_version(act.workflow, current, act.version)
    check_source(act, current)
    return current


def check_version(workflow: Workflow, record: Any, version: int | None) -> None:
    if version is None or record.version == version:
        return
    changes = [
        Change(row.at, row.who, step_label(workflow, row.transition), tuple(row.fields))
        for row in lines_of(workflow, record).filter(version__gt=version).order_by("pk")
    ]
    raise Conflict(_conflict_sentence(changes), changes)


def _conflict_sentence(changes: list[Change]) -> str:
    if not changes:
        return _("This record was changed since you opened it. Nothing of yours was saved; look at it again.")
    last = changes[-1]
    return _(
        "%(who)s changed this record on %(moment)s (%(what)s) after you opened it. Yours was not saved."
    ) % {"who": last.who, "moment": moment(last.at), "what": last.label}


def moment(at: datetime) -> str:
    # Translators: a date and time in Django's date format, inside a sentence.
    return date_format(timezone.localtime(at), _("j F Y, H:i"))


def step_label(workflow: Workflow, name: str) -> str:
    """What the history says of a step; an old name that is no longer declared stays as it is."""
    if name == URGED:
        return _("Urged")
    if name == CHANGED:
        return _("Changed")
    if name == TAKEN_OVER:
        return _("Taken over into the register")
    step = workflow.by_name.get(name)
    return str(step.done_label or step.label) if step else name


def check_source(act: Act, record: Model) -> None:
    status = act.workflow.status_of(record)
    if status not in act.step.sources:
        raise WrongState(
            _("“%(step)s” is not possible while the status is “%(status)s”.")
            % {"step": act.step.label, "status": act.workflow.status_label(status)}
        )
    if act.step.takes_back and (refusal := taking_back_refused(act.workflow, act.step, act.by, record)):
        raise WrongState(refusal)


def taking_back_refused(workflow: Workflow, step: Transition, by: Principal, record: Model) -> str:
    """Why the last step cannot be taken back by this person; "" when it can."""
    lines = lines_of(workflow, record)
    last = last_step(workflow, record)
    if last is None or not last.source:
        return _("There is no step to take back.")
    since = lines.filter(pk__gte=last.pk)
    if by.audit_id is None or since.exclude(actor_kind=by.audit_kind, actor_id=by.audit_id).exists():
        return _("Somebody else has acted on this record since; your step can no longer be taken back.")
    declared = workflow.by_name.get(last.transition)
    if declared is not None and declared.takes_back:
        return _("A step that was taken back cannot be taken back again.")
    if isinstance(step.target, str) and step.target != last.source:
        return _("The last step cannot be taken back in this way.")
    return ""


def lines_of(workflow: Workflow, record: Model) -> QuerySet[HistoryEntry]:
    """What people did to the record; being urged or noted is nothing done."""
    notes = [URGED, *(step.name for step in workflow.transitions if step.is_note)]
    return HistoryEntry.objects.filter(kind=workflow.kind, object_id=record.pk).exclude(transition__in=notes)


def last_step(workflow: Workflow, record: Model) -> HistoryEntry | None:
    return lines_of(workflow, record).exclude(transition=CHANGED).order_by("-pk").first()


def previous(record: Any, data: Data) -> str:
    """Target of a step that takes back: the status before the last one."""
    from bureau.workflow.declare import workflow_of

    last = last_step(workflow_of(record), record)
    return last.source if last else ""


def check_reason(act: Act) -> None:
    if act.step.reason == "required" and not act.reason:
        raise Invalid(_("Give a reason."), {"reason": [_("Give a reason.")]})
    if act.step.reason == "no" and act.reason:
        raise Invalid(_("This step takes no reason."), {"reason": [_("This step takes no reason.")]})
    if len(act.reason) > 1000:
        raise Invalid(_("A reason has at most 1,000 characters."), {"reason": [_("Shorten the reason.")]})


def check_condition(act: Act, record: Model) -> None:
    refusal = act.step.condition(record, act.by) if act.step.condition else ""
    if refusal:
        raise NotPermitted(refusal)


def apply(act: Act, record: Model) -> list[str]:
    """Run the effect, set status and version, save. Returns the names of the changed fields."""
    if act.step.is_note:
        return []
    before, status = snapshot(record), act.workflow.status_of(record)
    if act.step.effect is not None:
        act.step.effect(record, act.by, act.data)
    else:
        write_form_fields(act, record)
    if act.workflow.status_of(record) != status:
        raise TypeError(f"The effect of {act.workflow.kind}.{act.step.name} set a status.")
    target = act.step.target_for(record, act.data)
    if target not in act.workflow.statuses():
        raise Invalid(_("Choose where the record goes."), {"step": [_("Choose where the record goes.")]})
    is_new = record.pk is None
    setattr(record, act.workflow.status_field, target)
    save(record)
    return [] if is_new else changed_fields(act.workflow, before, record)


def write_form_fields(act: Act, record: Model) -> None:
    plain = {one.name for one in record._meta.concrete_fields if one.editable}
    for name in act.step.form_fields() & plain & set(act.data):
        setattr(record, name, act.data[name])


def save(record: Any) -> None:
    record.version += 1
    record.full_clean()
    record.save()


def check_created(act: Act, record: Model) -> None:
    """What was begun must be what the person may begin: another unit's record is refused."""
    if not permitted(act.by, act.step.right, act.workflow.model).filter(pk=record.pk).exists():
        raise NotPermitted(_("You may not begin this record for the unit or the place that it names."))


def snapshot(record: Model) -> dict[str, object]:
    return {one.name: getattr(record, one.attname) for one in record._meta.concrete_fields}


def changed_fields(workflow: Workflow, before: dict[str, object], record: Model) -> list[str]:
    quiet = {workflow.status_field, "version", "created_at", "updated_at", record._meta.pk.name}
    quiet.update(getattr(record, "derived", ()))
    now = snapshot(record)
    return [name for name, value in before.items() if name not in quiet and now[name] != value]


def line_of(act: Act, record: Any, unit: Any, *, source: str, fields: list[str]) -> HistoryEntry:
    """The line of the history that this step writes, not saved yet."""
    absent = act.right.on_behalf_of
    return HistoryEntry(
        kind=act.workflow.kind,
        object_id=record.pk,
        transition=act.step.name,
        source=source,
        target=act.workflow.status_of(record),
        version=record.version,
        at=act.at,
        actor_kind=act.by.audit_kind,
        actor_id=act.by.audit_id,
        actor_name=act.by.audit_name,
        unit_id=unit.pk if unit else None,
        unit_name=unit.name if unit else "",
        unit_name_zh=unit.name_zh if unit else "",
        on_behalf_id=absent.pk if absent else None,
        on_behalf_name=absent.audit_name if absent else "",
        reason=act.reason,
        is_public=act.step.public,
        fields=fields,
    )


def write_history(act: Act, record: Any, unit: Any, *, source: str, fields: list[str]) -> HistoryEntry:
    entry = line_of(act, record, unit, source=source, fields=fields)
    entry.save()
    audit.record(
        f"{act.workflow.kind}.{act.step.name}",
        by=act.by,
        obj=record,
        fields=fields,
        detail={"from": source, "to": entry.target},
        for_name=entry.on_behalf_name,
    )
    return entry


def write_taken_over(
    workflow: Workflow,
    records: Sequence[Any],
    by: Principal,
    at: datetime,
    step: str = TAKEN_OVER,
    unit: Any = None,
) -> None:
    """One line each: how the record stood when it came in; one audit event for all."""
    insert_rows(
        HistoryEntry,
        ("object_id", "target", "version"),
        [(record.pk, workflow.status_of(record), record.version) for record in records],
        {
            "kind": workflow.kind,
            "transition": step,
            "at": at,
            "actor_kind": by.audit_kind,
            "actor_id": by.audit_id,
            "actor_name": by.audit_name,
            "unit_id": unit.pk if unit else None,
            "unit_name": unit.name if unit else "",
            "unit_name_zh": unit.name_zh if unit else "",
        },
    )
    named = {"records": [record.pk for record in records]} if step != TAKEN_OVER else {}
    audit.record(f"{workflow.kind}.{step}", by=by, detail={"count": len(records), **named})


def write_changed(
    workflow: Workflow, changed: Sequence[tuple[Any, Sequence[str]]], by: Principal, at: datetime
) -> None:
    """One line for each record with the names of its changed fields; one audit event for all."""
    HistoryEntry.objects.bulk_create(
        [
            HistoryEntry(
                kind=workflow.kind,
                object_id=record.pk,
                transition=CHANGED,
                source=workflow.status_of(record),
                target=workflow.status_of(record),
                version=record.version,
                at=at,
                actor_kind=by.audit_kind,
                actor_id=by.audit_id,
                actor_name=by.audit_name,
                fields=list(fields),
            )
            for record, fields in changed
        ],
        batch_size=500,
    )
    names = sorted({name for _record, fields in changed for name in fields})
    audit.record(f"{workflow.kind}.{CHANGED}", by=by, fields=names, detail={"count": len(changed)})


def move_clocks(act: Act, record: Any) -> None:
    if not act.step.starts and not act.step.stops:
        return
    on = clock_day(act, record)
    for matter in act.step.stops:
        deadlines.stop(matter, record, by=act.by, on=on)
    for matter in act.step.starts:
        deadlines.start(matter, record, by=act.by, on=on)


def clock_day(act: Act, record: Any) -> date:
    if act.step.counted_from is not None:
        return act.step.counted_from(record)
    return timezone.localdate(act.at)
