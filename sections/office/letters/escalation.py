"""Every night: the chief hears of a date that is near, the leader in charge of one that passed, then the head.

Each is told once per date; a date that moved is told of anew. Notices carry the number alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from bureau.accounts.principals import System
from bureau.deadlines import services as clocks
from bureau.deadlines.calendar import add_working_days
from bureau.deadlines.choices import ClockState
from bureau.deadlines.models import Clock
from bureau.notices.kinds import Value
from bureau.notices.services import tell
from sections.office.letters import overdue
from sections.office.letters.choices import Level
from sections.office.letters.models import Escalation
from sections.office.letters.overdue import Dated
from sections.office.letters.supervisors import people_above

NIGHT = System("letters.warn_of_dates")


def warn_of_dates(today: date | None = None) -> int:
    """Tell whoever has not been told yet; returns how many dates were told of. The same night again tells nobody."""
    day = today or timezone.localdate()
    found = 0
    for level, rows in _levels(day).items():
        for dated, record, clock in _untold(rows, level):
            found += _warn(dated, record, clock, level, day)
    return found


def _levels(day: date) -> dict[Level, QuerySet[Clock]]:
    since = add_working_days(day, -settings.LETTERS_ESCALATE_WORKING_DAYS).day
    late = overdue.late_clocks(day)
    return {
        Level.CHIEF: overdue.soon_clocks(day),
        Level.DEPUTY: late,
        Level.HEAD: late.filter(due_on__lt=since),
    }


def _untold(rows: QuerySet[Clock], level: Level) -> Iterator[tuple[Dated, Any, Clock]]:
    """Clocks of open records of which nobody at this level was told, with the record."""
    told = Escalation.objects.filter(clock=OuterRef("pk"), level=level, alarm_on=OuterRef("alarm_on"))
    for dated in overdue.DATED:
        open_ones = dated.model.objects.filter(dated.is_open).order_by()
        fresh = list(rows.filter(~Exists(told), object_kind=dated.kind, object_id__in=open_ones.values("pk")))
        records = open_ones.select_related(*dated.related).in_bulk([clock.object_id for clock in fresh])
        yield from ((dated, records[clock.object_id], clock) for clock in fresh if clock.object_id in records)


def _warn(dated: Dated, record: Any, clock: Clock, level: Level, day: date) -> int:
    letter = dated.letter(record)
    with transaction.atomic():
        _row, is_new = Escalation.objects.get_or_create(
            clock=clock, level=level, alarm_on=clock.alarm_on, defaults={"letter": letter, "told_on": day}
        )
        if is_new:
            params: dict[str, Value] = {"number": record.number, "day": clock.due_on}
            people = people_above(letter, level, unit=dated.unit(record))
            tell(dated.notices[level], to=people, params=params, record=record)
    return int(is_new)


def end_lapsed_requests(today: date | None = None) -> int:
    """The time to ask for a review or a re-review ends by itself; its clock is nobody's work."""
    day = today or timezone.localdate()
    return sum(_end_lapsed(dated, day) for dated in overdue.DATED)


def _end_lapsed(dated: Dated, day: date) -> int:
    lapsed = list(
        Clock.objects.filter(
            object_kind=dated.kind, matter__in=dated.lapsing, state=ClockState.RUNNING, due_on__lt=day
        )
    )
    records = dated.model.objects.in_bulk([clock.object_id for clock in lapsed])
    for clock in lapsed:
        if clock.object_id in records:
            clocks.stop(clock.matter, records[clock.object_id], by=NIGHT, on=clock.due_on)
    return len(lapsed)
