"""Letters whose time has passed or is nearly over, by day. Read from the clocks, never letter by letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.deadlines.calendar import add_working_days
from bureau.deadlines.choices import ClockState
from bureau.deadlines.models import Clock
from bureau.search.counting import capped_counts
from sections.office.letters.choices import OPEN
from sections.office.letters.clocks import ACCEPTANCE, REPLY
from sections.office.letters.models import Letter

KIND = Letter._meta.label_lower
# What the bureau owes the writer; to object to a transfer is a section's own right.
MATTERS = (ACCEPTANCE, REPLY)


@dataclass(frozen=True)
class LateLetter:
    """One line of the list: a letter, and the clock that comes first."""

    letter: Letter
    clock: Clock


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
    rows = Clock.objects.filter(object_kind=KIND, state=ClockState.RUNNING, matter__in=MATTERS)
    return rows.select_related("rule").order_by("alarm_on", "pk")


def seen_by(principal: Principal, clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """Those of open letters that the person may see."""
    mine = permitted(principal, "view", Letter).filter(status__in=OPEN)
    return clocks.filter(object_id__in=mine.order_by().values("pk"))


def counts(principal: Principal) -> tuple[int, int]:
    """How many are late, how many are nearly: one query, counted no further than a thousand."""
    late, soon = capped_counts([seen_by(principal, late_clocks()), seen_by(principal, soon_clocks())])
    return late, soon


def page_of(principal: Principal, clocks: QuerySet[Clock], *, start: int, size: int) -> list[LateLetter]:
    """`size` lines from `start`, the earliest day first: two queries, however many there are."""
    found = list(seen_by(principal, clocks)[start : start + size])
    rows = permitted(principal, "view", Letter).select_related("unit", "owner")
    letters = rows.in_bulk([clock.object_id for clock in found])
    return [LateLetter(letters[one.object_id], one) for one in found if one.object_id in letters]
