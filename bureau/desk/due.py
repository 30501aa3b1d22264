"""A due day in words: "Due yesterday", "Due Fri 12 June", "3 working days left"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bureau.deadlines.counting import Calendar

ONE_DAY = timedelta(days=1)
FARTHEST = 400  # days ahead within which working days are counted
# (English, Chinese) formats of django.utils.dateformat
DAY = ("j F", "n月j日")
DAY_OF_YEAR = ("j F Y", "Y年n月j日")
WEEKDAY = ("D j F", "n月j日 D")


@dataclass(frozen=True)
class Due:
    """`text` and, below it, `note`; `css` colours what is late or near."""

    on: date | None
    text: str
    note: str
    css: str


def due(on: date | None, today: date, calendar: Calendar) -> Due:
    if on is None:
        return Due(None, _("No fixed day"), "", "")
    near = {
        today - ONE_DAY: (_("Due yesterday"), "due-bad"),
        today: (_("Due today"), "due-soon"),
        today + ONE_DAY: (_("Due tomorrow"), "due-soon"),
    }
    if on in near:
        text, css = near[on]
        return Due(on, text, written(on, DAY), css)
    if on < today:
        return Due(on, _("Due %(day)s") % {"day": in_year(on, today)}, _late(on, today, calendar), "due-bad")
    is_this_week = (on - today).days < 7
    day = written(on, WEEKDAY) if is_this_week else in_year(on, today)
    text = _("Due %(day)s") % {"day": day} if is_this_week else day
    return Due(on, text, _left(on, today, calendar), "")


def _left(on: date, today: date, calendar: Calendar) -> str:
    number = working_days(today, on, calendar)
    if number is None:
        return ""
    return ngettext("%(count)d working day left", "%(count)d working days left", number) % {"count": number}


def _late(on: date, today: date, calendar: Calendar) -> str:
    number = working_days(on, today, calendar)
    if not number:
        return ""
    return ngettext("%(count)d working day late", "%(count)d working days late", number) % {"count": number}


def working_days(after: date, until: date, calendar: Calendar) -> int | None:
    """Working days after one day up to another; None where it is too far to say."""
    days = (until - after).days
    if days > FARTHEST:
        return None
    return sum(calendar.is_working_day(after + ONE_DAY * number) for number in range(1, days + 1))


def in_year(on: date, today: date) -> str:
    return written(on, DAY if on.year == today.year else DAY_OF_YEAR)


def written(on: date, formats: tuple[str, str]) -> str:
    is_chinese = (get_language() or "").startswith("zh")
    return date_format(on, formats[is_chinese], use_l10n=False)
