"""How a period is counted: Civil Code, Articles 201 to 203, and the working-day calendar. Pure functions.

The day of the event is not counted. A month or year ends on the same day of its last month, else on that
month's last day. A working day is Monday to Friday less the days off of the yearly notice, plus its working
weekends. Where a year has no notice yet, every Monday to Friday counts: no day off can make the true date
earlier, so the date is the earliest possible one, and it is provisional.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bureau.deadlines.choices import DayKind, Unit

ONE_DAY = timedelta(days=1)
LONGEST = 2000  # working days; a longer period is a mistake in the rule


@dataclass(frozen=True)
class Calendar:
    """What the notices say. `days`: day → (kind, name of the holiday); `years`: those with a notice."""

    days: Mapping[date, tuple[str, str]] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_known(self, day: date) -> bool:
        return day.year in self.years or day in self.days

    def is_working_day(self, day: date) -> bool:
        named = self.days.get(day)
        return named[0] == DayKind.WORK if named else day.weekday() < 5

    def name(self, day: date) -> str:
        """The holiday to which the day belongs, also as a working weekend; "" for other days."""
        return self.days[day][1] if day in self.days else ""


@dataclass(frozen=True)
class Period:
    """What a rule asks for, with what was added to it. A negative length is counted backwards."""

    length: int
    unit: str
    extension: int = 0
    rolls: bool = False
    month: int | None = None  # of a fixed day
    day: int | None = None
    pauses: tuple[tuple[date, date], ...] = ()  # the days after the first up to and with the second rest


@dataclass(frozen=True)
class Counted:
    """Where a period ends, and what was met on the way."""

    day: date
    provisional: bool = False
    unrolled: date | None = None  # the end before it moved off a rest day; None: it did not move
    weekends: int = 0  # Saturdays and Sundays that no notice names
    off: tuple[date, ...] = ()  # what the notice takes off, weekends included
    make_up: tuple[date, ...] = ()  # weekends that count
    rested: int = 0  # days (working days) that a pause left out
    is_month_end: bool = False  # the day did not exist in the last month

    @property
    def earliest(self) -> date:
        """The day to be reminded by."""
        return min(self.day, self.unrolled or self.day)


def count(start: date, period: Period, calendar: Calendar) -> Counted:
    """The end of `period` after the event on `start`."""
    if period.unit == Unit.WORKING_DAYS:
        found = add_working_days(start, period.length + period.extension, calendar, pauses=period.pauses)
    else:
        found = _by_the_calendar(start, period)
    return _rolled(found, calendar) if period.rolls and period.length > 0 else found


def add_working_days(
    start: date, number: int, calendar: Calendar, *, pauses: tuple[tuple[date, date], ...] = ()
) -> Counted:
    """The `number`-th working day after `start` (before it, if "
    "negative). Raises ValueError beyond LONGEST."""
    if abs(number) > LONGEST:
        raise ValueError("a period of so many working days is a mistake")
    step = ONE_DAY if number > 0 else -ONE_DAY
    left, day, weekends, rested, known = abs(number), start, 0, 0, True
    off: list[date] = []
    make_up: list[date] = []
    while left:
        day += step
        known = known and calendar.is_known(day)
        if not calendar.is_working_day(day):
            weekends += day not in calendar.days
            off.extend([day] if day in calendar.days else [])
        elif _is_in(day, pauses):
            rested += 1
        else:
            left -= 1
            make_up.extend([day] if day.weekday() >= 5 else [])
    return Counted(
        day, provisional=not known, weekends=weekends, off=tuple(off), make_up=tuple(make_up), rested=rested
    )


def add_months(start: date, number: int) -> tuple[date, bool]:
    """The same day `number` months on, else the last day of that month (True then)."""
    years, month = divmod(start.month - 1 + number, 12)
    year, month = start.year + years, month + 1
    last = months.monthrange(year, month)[1]
    return date(year, month, min(start.day, last)), start.day > last


def next_working_day(day: date, calendar: Calendar) -> Counted:
    """The day itself, or the first working day after it."""
    known = calendar.is_known(day)
    while not calendar.is_working_day(day):
        day += ONE_DAY
        known = known and calendar.is_known(day)
    return Counted(day, provisional=not known)


def _by_the_calendar(start: date, period: Period) -> Counted:
    rested = sum((until - since).days for since, until in period.pauses)
    number = period.length + period.extension
    if period.unit == Unit.DAYS:
        return Counted(start + timedelta(days=number + rested), rested=rested)
    if period.unit == Unit.FIXED_DAY:
        return Counted(date(start.year + number, period.month or 12, period.day or 31))
    day, is_month_end = add_months(start, number * (12 if period.unit == Unit.YEARS else 1))
    return Counted(day + timedelta(days=rested), rested=rested, is_month_end=is_month_end)


def _rolled(found: Counted, calendar: Calendar) -> Counted:
    last = next_working_day(found.day, calendar)
    return Counted(
        last.day,
        provisional=found.provisional or last.provisional,
        unrolled=found.day if last.day != found.day else None,
        weekends=found.weekends,
        off=found.off,
        make_up=found.make_up,
        rested=found.rested,
        is_month_end=found.is_month_end,
    )


def _is_in(day: date, pauses: tuple[tuple[date, date], ...]) -> bool:
    return any(since < day <= until for since, until in pauses)
