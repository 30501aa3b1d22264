"""The working-day calendar as it stands in the database."""

from __future__ import annotations

from datetime import date

from bureau.deadlines import counting
from bureau.deadlines.counting import Calendar, Counted
from bureau.deadlines.models import CalendarDay, CalendarYear


def load() -> Calendar:
    """Everything the notices say, in two queries: a few dozen rows a year."""
    days = {day: (kind, name) for day, kind, name in CalendarDay.objects.values_list("day", "kind", "name")}
    return Calendar(days, frozenset(CalendarYear.objects.values_list("year", flat=True)))


def is_working_day(day: date) -> bool:
    """Monday to Friday without days off, and working weekends. Without a notice: Monday to Friday."""
    return load().is_working_day(day)


def add_working_days(day: date, number: int) -> Counted:
    """The `number`-th working day after `day`; `.provisional` when a year on the way has no notice."""
    return counting.add_working_days(day, number, load())


def next_working_day(day: date) -> Counted:
    """The day itself if it is a working day, else the next one."""
    return counting.next_working_day(day, load())
