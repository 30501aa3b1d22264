"""The periods of publishing in force, and what follows from them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from bureau.deadlines.calendar import add_working_days
from sections.office.news.choices import ColumnKind, TermUnit
from sections.office.news.models import Column, EditorialTerm

PUBLIC_NOTICE = "public-notice"
LOOK_AGAIN = "look-again"
PREVIEW = "preview"
REMIND_REVIEW = "remind-review"


def term(key: str, on: date | None = None) -> EditorialTerm | None:
    """The period in force on a day; None where the table has no row."""
    day = on or timezone.localdate()
    return EditorialTerm.objects.filter(key=key, valid_from__lte=day).order_by("-valid_from").first()


def days(key: str) -> int | None:
    """A period in whole days; None where the table has none."""
    found = term(key)
    return None if found is None else _span(found).days


def moment_after(key: str, start: datetime) -> datetime:
    """`start` and the period; `start` itself where the table has none."""
    found = term(key)
    return start if found is None else start + _span(found)


def day_after(key: str, start: date) -> date:
    """The last day of a period that begins after `start`, working days counted by the calendar."""
    found = term(key)
    if found is None:
        return start
    if found.unit == TermUnit.WORKING_DAYS:
        return add_working_days(start, found.length).day
    return start + _span(found)


def _span(found: EditorialTerm) -> timedelta:
    return timedelta(hours=found.length) if found.unit == TermUnit.HOURS else timedelta(days=found.length)


def staleness(column: Column) -> int | None:
    """After how many days without anything new a column breaks its limit."""
    return column.stale_after_days or days(f"stale-{column.kind}")


def warning(column: Column) -> int:
    """How many days before its limit the section hears of it."""
    return days("warn-news" if column.kind == ColumnKind.NEWS else "warn-others") or 0
