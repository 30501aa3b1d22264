"""What waits for a person, what he or she waits for, and what was done: reads for the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from bureau.access.policies import POLICIES
from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.charter.models import Unit
from bureau.workflow.declare import WORKFLOWS, Workflow
from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.rights import mine, stood_in_for

NOTHING = Q(pk__in=())
NEW_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Entry:
    """One line of an inbox. `for_whom`: the absent person whose work it is; `has_it`: who must act."""

    item: WorkItem
    workflow: Workflow
    record: Model
    title: str
    status: str
    for_whom: str = ""
    has_it: str = ""

    @property
    def kind(self) -> str:
        return self.item.kind

    @property
    def kind_name(self) -> str:
        return str(self.workflow.model._meta.verbose_name)

    @property
    def is_new(self) -> bool:
        return self.item.created_at > timezone.now() - NEW_FOR


@dataclass(frozen=True)
class Inbox:
    """What waits for a person, by due day. `kinds`: (workflow, number of items) over all groups."""

    overdue: list[Entry]
    this_week: list[Entry]
    later: list[Entry]
    kinds: list[tuple[Workflow, int]]

    @property
    def entries(self) -> list[Entry]:
        return [*self.overdue, *self.this_week, *self.later]


def inbox(user: User, *, kind: str = "", today: date | None = None) -> Inbox:
    """The items of a person, of his or her units, and of those he or she stands in for.

    Overdue; due until Sunday; later or without a day. Queries do not grow with the number of items.
    """
    day = today or timezone.localdate()
    sunday = end_of_week(day)
    found = _titled(*_own_and_borrowed(user))
    shown = [entry for entry in found if not kind or entry.kind == kind]
    return Inbox(
        overdue=[entry for entry in shown if entry.item.due and entry.item.due < day],
        this_week=[entry for entry in shown if entry.item.due and day <= entry.item.due <= sunday],
        later=[entry for entry in shown if not entry.item.due or entry.item.due > sunday],
        kinds=_kinds(found),
    )


def end_of_week(day: date) -> date:
    """Sunday; on a Sunday the day after it, so that tomorrow's work is never "later"."""
    return max(day + timedelta(days=6 - day.weekday()), day + timedelta(days=1))


def open_count(user: User) -> int:
    """How many items the inbox of a person shows."""
    return sum(open_by_kind(user).values())


def open_by_kind(user: User) -> dict[str, int]:
    """The same by kind of record, for the menu."""
    doable = [_doable(user), *(_borrowed(user, absent) for absent in stood_in_for(user))]
    rows = WorkItem.objects.filter(reduce(or_, doable)).order_by()
    return dict(rows.values_list("kind").annotate(Count("pk")))


def waiting_on_others(user: User) -> list[Entry]:
    """Open records on which the person has acted and which somebody else has now; the oldest due first."""
    acts = HistoryEntry.objects.filter(
        kind=OuterRef("kind"), object_id=OuterRef("object_id"), actor_kind=User.audit_kind, actor_id=user.pk
    )
    rows = WorkItem.objects.filter(Exists(acts)).exclude(mine(user)).select_related("unit", "user")
    return _titled((user, list(rows)))


def done_by(user: User) -> QuerySet[HistoryEntry]:
    """A person's own acts, newest first; those in another's place too."""
    rows = HistoryEntry.objects.filter(actor_kind=User.audit_kind, actor_id=user.pk)
    return rows.exclude(kept_away(user))


def titles(user: User, pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[Model, str]]:
    """(kind, id) → record and title, of those that the person may see: one query per kind."""
    wanted: dict[str, set[int]] = {}
    for kind, pk in pairs:
        wanted.setdefault(kind, set()).add(pk)
    found = {}
    for kind, ids in wanted.items():
        workflow = WORKFLOWS.get(kind)
        if workflow is not None:
            rows = permitted(user, "view", workflow.model).filter(pk__in=ids)
            rows = rows.select_related(*workflow.related) if workflow.related else rows
            found.update({(kind, record.pk): (record, workflow.title(record)) for record in rows})
    return found


@dataclass(frozen=True)
class Pulse:
    """One of a person's units at a glance."""

    unit: Unit
    open: int
    overdue: int
    this_week: int
    done: int  # steps of its people in the last thirty days


def pulse(user: User, *, today: date | None = None) -> list[Pulse]:
    """The units of a person in figures: open work, overdue, due until Sunday, steps in thirty days."""
    day = today or timezone.localdate()
    sunday = end_of_week(day)
    seen = Q(work_items__pk__isnull=False) & ~kept_away(user, "work_items__")
    units = Unit.objects.filter(pk__in=standing(user).own_unit_ids()).annotate(
        open_items=Count("work_items", filter=seen),
        overdue_items=Count("work_items", filter=seen & Q(work_items__due__lt=day)),
        week_items=Count("work_items", filter=seen & Q(work_items__due__range=(day, sunday))),
    )
    rows = HistoryEntry.objects.filter(
        unit_id__in=[unit.pk for unit in units], at__gt=timezone.now() - timedelta(days=30)
    ).exclude(kept_away(user))
    done = dict(rows.order_by().values_list("unit_id").annotate(Count("pk")))
    return [
        Pulse(unit, unit.open_items, unit.overdue_items, unit.week_items, done.get(unit.pk, 0))
        for unit in units
    ]


def _own_and_borrowed(user: User) -> list[tuple[User, list[WorkItem]]]:
    """Each person whose work it is, with the items; what is the person's own is not borrowed as well."""
    rows = WorkItem.objects.select_related("unit", "user")
    found = [(user, list(rows.filter(_doable(user))))]
    for absent in stood_in_for(user):
        known = {item.pk for _person, items in found for item in items}
        found.append(
            (absent, [item for item in rows.filter(_borrowed(user, absent)) if item.pk not in known])
        )
    return found


def _doable(person: User) -> Q:
    """Items addressed to the person whose verb the person has on a record that the person may see."""
    addressed = mine(person)
    pairs = WorkItem.objects.filter(addressed).order_by().values_list("kind", "verb").distinct()
    allowed = NOTHING
    for kind, verb in pairs:
        workflow = WORKFLOWS.get(kind)
        if workflow is not None:
            allowed |= Q(kind=kind, verb=verb) & _on(person, verb or "view", workflow.model)
    return addressed & allowed


def _on(person: User, verb: str, model: type[Model]) -> Q:
    records = permitted(person, verb, model)
    if verb != "view":
        records = records.filter(pk__in=permitted(person, "view", model).order_by().values("pk"))
    return Q(object_id__in=records.order_by().values("pk"))


def _borrowed(user: User, absent: User) -> Q:
    """What the absent person could do, less what a conflict of interest keeps from the stand-in."""
    return _doable(absent) & ~kept_away(user)


def kept_away(user: User, prefix: str = "") -> Q:
    """Rows with a kind and a key (work items, history) of records that a conflict of interest keeps from a person."""
    found = NOTHING
    for workflow in WORKFLOWS:
        policy = POLICIES.get(workflow.kind)
        conflict = policy.conflict(standing(user)) if policy else None
        if conflict is not None:
            records = workflow.model._default_manager.filter(conflict).order_by().values("pk")
            found |= Q(**{f"{prefix}kind": workflow.kind, f"{prefix}object_id__in": records})
    return found


def _titled(*pairs: tuple[User, list[WorkItem]]) -> list[Entry]:
    """Entries by due day, those without one last. The first person is the reader."""
    found = []
    for person, rows in pairs:
        known = titles(person, ((item.kind, item.object_id) for item in rows))
        borrowed = "" if person is pairs[0][0] else str(person)
        found += [
            _entry(item, *known[item.kind, item.object_id], borrowed)
            for item in rows
            if (item.kind, item.object_id) in known
        ]
    return sorted(found, key=lambda entry: (entry.item.due or date.max, entry.item.created_at, entry.item.pk))


def _entry(item: WorkItem, record: Model, title: str, for_whom: str) -> Entry:
    workflow = WORKFLOWS[item.kind]
    has_it = item.unit.label if item.unit else str(item.user)
    status = workflow.status_label(workflow.status_of(record))
    return Entry(item, workflow, record, title, status, for_whom, has_it)


def _kinds(entries: list[Entry]) -> list[tuple[Workflow, int]]:
    counted: dict[str, int] = {}
    for entry in entries:
        counted[entry.kind] = counted.get(entry.kind, 0) + 1
    return [(workflow, counted[workflow.kind]) for workflow in WORKFLOWS if workflow.kind in counted]
