"""The work items that a person can act on: the first of each sort, by due day, in one query.

Each sort (kind, step's right, addressee) is asked by itself and read no further than anybody reads. So the database
walks its index and stops; one question with all sorts in it would read every record of every kind first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_date

from bureau.access.counting import MOST_COUNTED, capped_counts
from bureau.access.policies import POLICIES, conflict_of
from bureau.access.services import permitted, permitted_both
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.models import WorkItem
from bureau.workflow.rights import mine


@dataclass(frozen=True)
class Key:
    """A work item that is not read yet."""

    pk: int
    kind: str
    due: date | None

    @property
    def place(self) -> tuple[date, int]:
        """By due day, those without one last."""
        return self.due or date.max, self.pk


def own_keys(person: User) -> list[Key]:
    """What the person can do by his or her own right, the first due first."""
    return _first([rows for _kind, rows in _sorts(person)])


def lent_keys(user: User, absent: User) -> list[Key]:
    """What the absent person could do, less what a conflict of interest keeps from the stand-in."""
    return _first([rows.exclude(_kept(user, kind)) for kind, rows in _sorts(absent)])


def own_counts(person: User) -> dict[str, int]:
    """How many of each kind, without their order: for a badge. No sort is counted far beyond a thousand."""
    sorts = list(_sorts(person))
    found: dict[str, int] = {}
    for (kind, _rows), number in zip(sorts, capped_counts([rows for _kind, rows in sorts]), strict=True):
        found[kind] = found.get(kind, 0) + number
    return found


def _sorts(person: User) -> Iterator[tuple[str, QuerySet[WorkItem]]]:
    asked = WorkItem.objects.filter(mine(person)).order_by().values_list("kind", "verb", "unit_id", "user_id")
    for kind, verb, unit_id, user_id in asked.distinct():
        workflow = WORKFLOWS.get(kind)
        if workflow is not None:
            whose = {"unit_id": unit_id} if unit_id else {"user_id": user_id}
            records = _doable(person, verb or "view", workflow.model).values("pk")
            yield kind, WorkItem.objects.filter(**whose, kind=kind, verb=verb, object_id__in=records)


def _doable(person: User, verb: str, model: type[Model]) -> QuerySet[Any]:
    """Records on which the person has the step's right, and which the person may see."""
    if verb == "view":
        return permitted(person, verb, model).order_by()
    return permitted_both(person, verb, "view", model).order_by()


def _kept(user: User, kind: str) -> Q:
    policy = POLICIES.get(kind)
    conflict = conflict_of(policy, standing(user)) if policy else None
    if conflict is None:
        return Q(pk__in=())
    return Q(object_id__in=WORKFLOWS[kind].model._default_manager.filter(conflict).order_by().values("pk"))


def _first(sets: Sequence[QuerySet[WorkItem]]) -> list[Key]:
    parts: list[str] = []
    params: list[Any] = []
    for number, rows in enumerate(sets):
        first = rows.order_by(*(WorkItem._meta.ordering or ())).values_list("pk", "kind", "due")[
            : MOST_COUNTED + 1
        ]
        try:
            sql, values = first.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT * FROM ({sql}) AS sort_{number}")  # noqa: S608 – Django's own SQL
        params += values
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        found = [Key(pk, kind, _day(due)) for pk, kind, due in cursor.fetchall()]
    return sorted(found, key=lambda key: key.place)


def _day(value: Any) -> date | None:
    """SQLite gives days as text."""
    return parse_date(value) if isinstance(value, str) else value
