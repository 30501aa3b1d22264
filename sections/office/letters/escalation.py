"""Every night: the chief hears of a date that is near, the leader in charge of one that passed, then the head.

Each is told once per date; a date that moved is told of anew. Notices carry the number alone.
"""

from __future__ import annotations

from datetime import date

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
from sections.office.letters.choices import OPEN, Level
from sections.office.letters.clocks import REVIEW_REQUEST
from sections.office.letters.models import Escalation, Letter
from sections.office.letters.supervisors import people_above

NIGHT = System("letters.warn_of_dates")
NOTICES = {Level.CHIEF: "letters.soon", Level.DEPUTY: "letters.late", Level.HEAD: "letters.very_late"}


def warn_of_dates(today: date | None = None) -> int:
    """Tell whoever has not been told yet; returns how many dates were told of. The same night again tells nobody."""
    day = today or timezone.localdate()
    found = 0
    for level, rows in _levels(day).items():
        for clock in _untold(rows, level):
            found += _warn(clock, level, day)
    return found


def _levels(day: date) -> dict[Level, QuerySet[Clock]]:
    since = add_working_days(day, -settings.LETTERS_ESCALATE_WORKING_DAYS).day
    late = overdue.late_clocks(day)
    return {
        Level.CHIEF: overdue.soon_clocks(day),
        Level.DEPUTY: late,
        Level.HEAD: late.filter(due_on__lt=since),
    }


def _untold(rows: QuerySet[Clock], level: Level) -> list[Clock]:
    told = Escalation.objects.filter(clock=OuterRef("pk"), level=level, alarm_on=OuterRef("alarm_on"))
    open_letters = Letter.objects.filter(status__in=OPEN).order_by().values("pk")
    return list(rows.filter(~Exists(told), object_id__in=open_letters))


def _warn(clock: Clock, level: Level, day: date) -> int:
    with transaction.atomic():
        letter = Letter.objects.select_related("unit", "owner").get(pk=clock.object_id)
        _row, is_new = Escalation.objects.get_or_create(
            clock=clock, level=level, alarm_on=clock.alarm_on, defaults={"letter": letter, "told_on": day}
        )
        if is_new:
            params: dict[str, Value] = {"number": letter.number, "day": clock.due_on}
            tell(NOTICES[level], to=people_above(letter, level), params=params, record=letter)
    return int(is_new)


def end_lapsed_requests(today: date | None = None) -> int:
    """The time to ask for a review ends by itself; its clock is nobody's work."""
    day = today or timezone.localdate()
    lapsed = Clock.objects.filter(
        object_kind=overdue.KIND, matter=REVIEW_REQUEST, state=ClockState.RUNNING, due_on__lt=day
    )
    for clock in lapsed:
        letter = Letter.objects.filter(pk=clock.object_id).first()
        if letter is not None:
            clocks.stop(REVIEW_REQUEST, letter, by=NIGHT, on=clock.due_on)
    return len(lapsed)
