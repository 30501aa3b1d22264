"""Letters and their reviews whose time has passed or is nearly over, by day. Read from the clocks, never letter by letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from bureau.access.counting import capped_counts
from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.deadlines.calendar import add_working_days
from bureau.deadlines.choices import ClockState
from bureau.deadlines.models import Clock
from bureau.registry import Registry
from sections.office.letters.choices import OPEN, Level
from sections.office.letters.clocks import ACCEPTANCE, REPLY, REVIEW_REQUEST
from sections.office.letters.models import Letter


@dataclass(frozen=True, eq=False)
class Dated:
    """A kind of record with days that the bureau owes the writer.

    `is_open`: of which records. `lapsing`: times of the writer's, which end by themselves. `letter`: the letter that
    a record belongs to; `unit`: who must act; `notices`: what is told at each level; `unread`: columns that the list
    does not show.
    """

    model: type[Any]
    matters: tuple[str, ...]
    is_open: Q
    notices: Mapping[Level, str]
    letter: Callable[[Any], Letter]
    unit: Callable[[Any], Unit]
    lapsing: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return str(self.model._meta.label_lower)


# Of no record. With it an empty list is asked for like a full one, in as many queries.
NO_KEY = 0

DATED: Registry[Dated] = Registry("records with days owed to writers")


def register(dated: Dated) -> Dated:
    return DATED.add(dated.kind, dated)


register(
    Dated(
        Letter,
        # What the bureau owes the writer; to object to a transfer is a section's own right.
        matters=(ACCEPTANCE, REPLY),
        is_open=Q(status__in=OPEN),
        notices={Level.CHIEF: "letters.soon", Level.DEPUTY: "letters.late", Level.HEAD: "letters.very_late"},
        letter=lambda letter: letter,
        unit=lambda letter: letter.unit or letter.owner,
        lapsing=(REVIEW_REQUEST,),
        related=("unit", "owner"),
        unread=Letter.long_or_sealed,
    )
)


@dataclass(frozen=True)
class LateRecord:
    """One line of the list: a letter or a review, and the clock that comes first."""

    record: Any
    clock: Clock
    dated: Dated

    @property
    def letter(self) -> Letter:
        return self.dated.letter(self.record)

    @property
    def unit(self) -> Unit:
        return self.dated.unit(self.record)


def last_day_of_soon(today: date | None = None) -> date:
    """The day up to which a date counts as near."""
    return add_working_days(today or timezone.localdate(), settings.LETTERS_SOON_WORKING_DAYS).day


def late_clocks(today: date | None = None) -> QuerySet[Clock]:
    """Running clocks of letters whose last day has passed."""
    day = today or timezone.localdate()
    # The day of reminders is never after the last day: the index is by it.
    return _running().filter(alarm_on__lt=day, due_on__lt=day)


def soon_clocks(today: date | None = None) -> QuerySet[Clock]:
    """Running clocks of letters whose last day is near."""
    day = today or timezone.localdate()
    return _running().filter(due_on__gte=day, alarm_on__lte=last_day_of_soon(day))


def _running() -> QuerySet[Clock]:
    matters = [matter for dated in DATED for matter in dated.matters]
    rows = Clock.objects.filter(state=ClockState.RUNNING, matter__in=matters)
    return rows.select_related("rule").order_by("alarm_on", "pk")


def seen_by(principal: Principal, clocks: QuerySet[Clock]) -> dict[Dated, QuerySet[Clock]]:
    """Those of open records that the person may see. Each kind by itself: so the database walks its index."""
    return {
        dated: clocks.filter(
            object_kind=dated.kind,
            object_id__in=permitted(principal, "view", dated.model)
            .filter(dated.is_open)
            .order_by()
            .values("pk"),
        )
        for dated in DATED
    }


def counts(principal: Principal) -> tuple[int, int]:
    """How many are late, how many are nearly: one query, counted no further than a thousand of each kind."""
    late = list(seen_by(principal, late_clocks()).values())
    soon = list(seen_by(principal, soon_clocks()).values())
    found = capped_counts([*late, *soon])
    return sum(found[: len(late)]), sum(found[len(late) :])


def page_of(principal: Principal, clocks: QuerySet[Clock], *, start: int, size: int) -> list[LateRecord]:
    """`size` lines from `start`, the earliest day first: two queries for each kind, however many lines."""
    found = [
        (clock, dated) for dated, rows in seen_by(principal, clocks).items() for clock in rows[: start + size]
    ]
    shown = sorted(found, key=lambda one: (one[0].alarm_on, one[0].pk))[start : start + size]
    records = {
        dated: permitted(principal, "view", dated.model)
        .select_related(*dated.related)
        .defer(*dated.unread)
        .in_bulk([NO_KEY, *(clock.object_id for clock, kind in shown if kind is dated)])
        for dated in DATED
    }
    return [
        LateRecord(records[dated][clock.object_id], clock, dated)
        for clock, dated in shown
        if clock.object_id in records[dated]
    ]
