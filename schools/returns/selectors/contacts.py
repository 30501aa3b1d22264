"""Whom to call about a return: the head of the school and its office, as the register says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from schools.choices import ContactKind, LeaderPost
from schools.models import SchoolContact, SchoolLeader
from schools.returns.choices import ReminderLevel
from schools.returns.models import Reminder, Return


def due_of(found: Return) -> date:
    """The day by which the school must act: of the correction where it was returned, else of the collection."""
    return (found.returned_due_on if found.round else None) or found.collection.due_on


@dataclass(frozen=True)
class Reporter:
    """A return with whom to call; `phone` and `head` are empty where the register, or the reader's right, has none."""

    record: Return
    head: str
    phone: str
    reminded_on: date | None
    urged_on: date | None

    @property
    def due_on(self) -> date:
        return due_of(self.record)


def reporters(by: Principal, returns: Iterable[Return], day: date) -> list[Reporter]:
    """In the same order; three queries."""
    rows = list(returns)
    schools = {row.school_id for row in rows}
    heads, phones = _heads(by, schools, day), _phones(by, schools)
    told = _told({row.pk for row in rows})
    return [
        Reporter(
            row,
            heads.get(row.school_id, ""),
            phones.get(row.school_id, ""),
            *told.get(row.pk, (None, None)),
        )
        for row in rows
    ]


def _heads(by: Principal, schools: set[int], day: date) -> dict[int, str]:
    """The one who took office last."""
    rows = permitted(by, "view", SchoolLeader).filter(
        Q(until__isnull=True) | Q(until__gte=day),
        school__in=schools,
        post=LeaderPost.PRINCIPAL,
        since__lte=day,
    )
    return dict(rows.order_by("since", "pk").values_list("school_id", "name"))


def _phones(by: Principal, schools: set[int]) -> dict[int, str]:
    """Of the office; where there is none, of any other contact point."""
    rows = permitted(by, "view", SchoolContact).filter(school__in=schools).order_by("-pk")
    found: dict[int, str] = {}
    for school, kind, phone in rows.values_list("school_id", "kind", "phone"):
        if kind == ContactKind.OFFICE or school not in found:
            found[school] = phone
    return found


def _told(returns: set[int]) -> dict[int, tuple[date | None, date | None]]:
    """Return → the day of the last reminder, and of the last urging by hand."""
    rows = Reminder.objects.filter(owner_return__in=returns).order_by().values_list("owner_return")
    days = {"last": Max("on"), "by_hand": Max("on", filter=Q(level=ReminderLevel.URGED))}
    return {pk: (last, by_hand) for pk, last, by_hand in rows.annotate(**days)}
