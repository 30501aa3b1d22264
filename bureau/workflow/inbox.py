"""What waits for a person, what he or she waits for, and what was done: reads for the inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from bureau.access.counting import MOST_COUNTED, capped_counts
from bureau.access.policies import POLICIES, conflict_of
from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.charter.models import Unit
from bureau.workflow.addressed import Key, lent_keys, own_counts, own_keys
from bureau.workflow.declare import WORKFLOWS, Workflow
from bureau.workflow.models import HistoryEntry, WorkItem
from bureau.workflow.rights import mine, stood_in_for

NOTHING = Q(pk__in=())
NEW_FOR = timedelta(hours=24)
LINES = 50  # of one group, unless more are asked for


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
    """What waits for a person, by due day: the first lines of each group, and how many there are in all.

    `kinds`: (workflow, number of items) over all groups. Nothing is counted beyond a thousand of one sort.
    """

    overdue: list[Entry]
    this_week: list[Entry]
    later: list[Entry]
    kinds: list[tuple[Workflow, int]]
    counts: Mapping[str, int]

    @property
    def entries(self) -> list[Entry]:
        return [*self.overdue, *self.this_week, *self.later]


def inbox(user: User, *, kind: str = "", today: date | None = None, most: int = LINES) -> Inbox:
    """The items of a person, of his or her units, and of those he or she stands in for; `most` lines of each group.

    Overdue; due until Sunday; later or without a day. Queries do not grow with the number of items.
    """
    day = today or timezone.localdate()
    sunday = end_of_week(day)
    found = _own_and_borrowed(user)
    shown = [(person, key) for person, key in found if not kind or key.kind == kind]
    groups: dict[str, list[tuple[User, Key]]] = {
        "overdue": [one for one in shown if one[1].due and one[1].due < day],
        "this_week": [one for one in shown if one[1].due and day <= one[1].due <= sunday],
        "later": [one for one in shown if not one[1].due or one[1].due > sunday],
    }
    entries = _entries_of(user, [one for group in groups.values() for one in group[:most]])
    lines = {
        name: [entries[key.pk] for _person, key in group[:most] if key.pk in entries]
        for name, group in groups.items()
    }
    counts = {name: len(group) for name, group in groups.items()}
    return Inbox(**lines, kinds=_kinds(found), counts=counts)


def end_of_week(day: date) -> date:
    """Sunday; on a Sunday the day after it, so that tomorrow's work is never "later"."""
    return max(day + timedelta(days=6 - day.weekday()), day + timedelta(days=1))


def open_count(user: User) -> int:
    """How many items the inbox of a person shows."""
    return sum(open_by_kind(user).values())


def open_by_kind(user: User) -> dict[str, int]:
    """The same by kind of record, for the menu."""
    if stood_in_for(user) or "workflow.keys" in standing(user).remembered:
        return dict(Counter(key.kind for _person, key in _own_and_borrowed(user)))
    return {kind: number for kind, number in own_counts(user).items() if number}


def waiting_on_others(user: User, *, most: int = MOST_COUNTED) -> list[Entry]:
    """Open records on which the person has acted and which somebody else has now; the oldest due first."""
    rows = _waiting(user).select_related("unit", "user")[:most]
    return _titled((user, list(rows)))


def waiting_count(user: User) -> int:
    """How many they are, counted no further than a thousand, without reading one."""
    pairs: dict[str, list[int]] = {}
    for kind, pk in _waiting(user).values_list("kind", "object_id")[: MOST_COUNTED + 1]:
        pairs.setdefault(kind, []).append(pk)
    found = 0
    for kind, ids in pairs.items():
        workflow = WORKFLOWS.get(kind)
        if workflow is not None:
            seen = permitted(user, "view", workflow.model).filter(pk__in=ids).order_by()
            known = set(seen.values_list("pk", flat=True))
            found += sum(pk in known for pk in ids)
    return found


def _waiting(user: User) -> QuerySet[WorkItem]:
    acts = HistoryEntry.objects.filter(
        kind=OuterRef("kind"), object_id=OuterRef("object_id"), actor_kind=User.audit_kind, actor_id=user.pk
    )
    return WorkItem.objects.filter(Exists(acts)).exclude(mine(user))


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
    """One of a person's units at a glance; nothing is counted far beyond a thousand."""

    unit: Unit
    open: int
    overdue: int
    this_week: int
    done: int  # steps of its people in the last thirty days


def pulse(user: User, *, today: date | None = None) -> list[Pulse]:
    """The units of a person in figures: open work, overdue, due until Sunday, steps in thirty days."""
    day = today or timezone.localdate()
    units = list(Unit.objects.filter(pk__in=standing(user).own_unit_ids()))
    seen = WorkItem.objects.exclude(kept_away(user))
    sets = [
        rows
        for unit in units
        for own in (seen.filter(unit=unit),)
        for rows in (own, own.filter(due__lt=day), own.filter(due__range=(day, end_of_week(day))))
    ]
    found = capped_counts(sets)
    rows = HistoryEntry.objects.filter(
        unit_id__in=[unit.pk for unit in units], at__gt=timezone.now() - timedelta(days=30)
    ).exclude(kept_away(user))
    done = dict(rows.order_by().values_list("unit_id").annotate(Count("pk")))
    counts = zip(found[::3], found[1::3], found[2::3], strict=True)
    return [
        Pulse(unit, is_open, overdue, week, done.get(unit.pk, 0))
        for unit, (is_open, overdue, week) in zip(units, counts, strict=True)
    ]


def _own_and_borrowed(user: User) -> list[tuple[User, Key]]:
    """Each item with the person whose work it is, once; asked once in a request. What is one's own is not borrowed."""
    remembered = standing(user).remembered
    known: list[tuple[User, Key]] | None = remembered.get("workflow.keys")
    if known is None:
        found = {key.pk: (user, key) for key in own_keys(user)}
        for absent in stood_in_for(user):
            found = {**{key.pk: (absent, key) for key in lent_keys(user, absent)}, **found}
        known = sorted(found.values(), key=lambda one: one[1].place)
        remembered["workflow.keys"] = known
    return known


def _entries_of(user: User, picked: list[tuple[User, Key]]) -> dict[int, Entry]:
    """The items of these keys with their records, by key."""
    items = WorkItem.objects.select_related("unit", "user").in_bulk([key.pk for _person, key in picked])
    rows: dict[User, list[WorkItem]] = {user: []}
    for person, key in picked:
        if key.pk in items:
            rows.setdefault(person, []).append(items[key.pk])
    return {entry.item.pk: entry for entry in _titled(*rows.items())}


def kept_away(user: User, prefix: str = "") -> Q:
    """Rows with a kind and a key (work items, history) of records that a conflict of interest keeps from a person."""
    found = NOTHING
    for workflow in WORKFLOWS:
        policy = POLICIES.get(workflow.kind)
        conflict = conflict_of(policy, standing(user)) if policy else None
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


def _kinds(found: list[tuple[User, Key]]) -> list[tuple[Workflow, int]]:
    counted = Counter(key.kind for _person, key in found)
    return [(workflow, counted[workflow.kind]) for workflow in WORKFLOWS if workflow.kind in counted]
