"""Taking over the yearly holiday notice: read, compare, show what moves, then write all of it or nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.audit.services import record as audit
from bureau.deadlines import calendar, explanations
from bureau.deadlines.choices import DayKind
from bureau.deadlines.counting import Calendar
from bureau.deadlines.models import CalendarDay, CalendarYear
from bureau.deadlines.services import Move, moves, recompute_open

LONGEST_TEXT = 20_000
LONGEST_NAME = 60
FIRST_YEAR, LAST_YEAR = 2000, 2100

_KINDS = {
    **dict.fromkeys(("off", "休", "放假", "假", "休息"), DayKind.OFF),
    **dict.fromkeys(("work", "班", "上班", "调休上班", "补班"), DayKind.WORK),
}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_HEAD = ("date", "日期")


@dataclass(frozen=True)
class Line:
    """One right line of the notice."""

    number: int
    day: date
    name: str
    kind: str

    @property
    def label(self) -> str:
        return explanations.holiday_name(self.name)


@dataclass(frozen=True)
class Fault:
    """What is wrong with line `number`; 0 means the whole."""

    number: int
    sentence: str


@dataclass(frozen=True)
class Notice:
    """A notice as it was read; it may be written only without faults."""

    year: int
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Change:
    """A day whose kind or name the notice changes; `old` or `new` is empty where there is none."""

    day: date
    old: str
    new: str


@dataclass(frozen=True)
class Preview:
    """What the import would do."""

    notice: Notice
    is_known_year: bool
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]
    warnings: tuple[str, ...] = field(default=())


class BadNotice(ValueError):
    """A notice with faults is not written."""


def parse(text: str, year: int) -> Notice:
    """Read `date,name,kind` lines, with or without a head, separated by comma, tab or semicolon."""
    lines: list[Line] = []
    faults: list[Fault] = []
    seen: dict[date, int] = {}
    for number, cells in _cells(text):
        try:
            line = _line(number, cells, year)
            if line.day in seen:
                raise BadNotice(_("This day stands in line %(line)d already.") % {"line": seen[line.day]})
        except BadNotice as error:
            faults.append(Fault(number, str(error)))
        else:
            seen[line.day] = number
            lines.append(line)
    if not lines and not faults:
        faults.append(
            Fault(
                0, _("There is no line with a day. Give one line for each day: date, holiday, off or work.")
            )
        )
    return Notice(year, tuple(lines), tuple(faults))


def preview(notice: Notice) -> Preview:
    """Compare with what is known, and say which open clocks would move. Writes nothing."""
    current = calendar.load()
    planned = _planned(current, notice)
    changes = tuple(
        Change(day, _described(current, day), _described(planned, day))
        for day in sorted({*current.days, *planned.days})
        if current.days.get(day) != planned.days.get(day)
    )
    return Preview(
        notice,
        notice.year in current.years,
        changes,
        tuple(moves(planned)),
        tuple(_warnings(notice, planned)),
    )


@transaction.atomic
def import_notice(
    notice: Notice, *, by: Principal, title_zh: str, title: str = "", source: str = ""
) -> list[Move]:
    """Replace the days of the notice's year, move the open clocks, log each. Raises BadNotice."""
    if notice.faults:
        raise BadNotice(_("The notice has wrong lines; nothing was changed."))
    year = CalendarYear.objects.select_for_update().filter(year=notice.year).first()
    year = year or CalendarYear(year=notice.year)
    year.title_zh, year.title, year.source, year.loaded_by = title_zh, title, source, by.audit_name
    year.full_clean()
    year.save()
    year.days.all().delete()
    CalendarDay.objects.filter(day__in=[line.day for line in notice.lines]).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=line.day, name=line.name, kind=line.kind, year=year) for line in notice.lines
    )
    moved = recompute_open(by=by, reason=title_zh)
    detail = {"year": notice.year, "days": len(notice.lines), "clocks": len(moved)}
    audit("deadlines.calendaryear.imported", by=by, obj=year, detail=detail)
    return moved


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        plain = re.sub("[，;；\t]", ",", raw)
        cells = [cell.strip() for cell in next(csv.reader([plain]), [])]
        if any(cells) and cells[0].lower() not in _HEAD:
            yield number, cells


def _line(number: int, cells: list[str], year: int) -> Line:
    if len(cells) < 3 or any(cells[3:]):
        raise BadNotice(_("A line has three parts: date, holiday, off or work."))
    day = _day(cells[0])
    # A notice may begin with the last days of the year before, when New Year falls on a weekend.
    if day.year != year and not (day.year == year - 1 and (day.month, day.day) >= (12, 25)):
        raise BadNotice(_("This day is not in %(year)d, the year of the notice.") % {"year": year})
    kind = _KINDS.get(cells[2].lower())
    if kind is None:
        raise BadNotice(_("The third part is “off” (休) or “work” (班)."))
    if kind == DayKind.WORK and day.weekday() < 5:
        raise BadNotice(_("Only a Saturday or Sunday can be a working weekend; this day is a weekday."))
    if not cells[1] or len(cells[1]) > LONGEST_NAME:
        raise BadNotice(_("The second part is the name of the holiday, at most 60 characters."))
    return Line(number, day, cells[1], kind)


def _day(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else date.fromisoformat(text)
    except ValueError:
        raise BadNotice(
            _("“%(text)s” is not a date. Write it as 2027-01-01.") % {"text": text[:30]}
        ) from None


def _planned(current: Calendar, notice: Notice) -> Calendar:
    """The calendar as it would be. Days of this year's notice that it no longer names are ordinary again."""
    old = set(CalendarDay.objects.filter(year__year=notice.year).values_list("day", flat=True))
    kept = {day: value for day, value in current.days.items() if day not in old}
    return Calendar(
        {**kept, **{line.day: (line.kind, line.name) for line in notice.lines}}, current.years | {notice.year}
    )


def _described(from_: Calendar, day: date) -> str:
    if day not in from_.days:
        return ""
    kind, name = from_.days[day]
    return f"{explanations.holiday_name(name)} – {DayKind(kind).label}"


def _warnings(notice: Notice, planned: Calendar) -> Iterator[str]:
    """What is right in form and yet looks wrong: the fixed days of the national law on holidays (2024)."""
    fixed = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]
    missing = [date(notice.year, *one) for one in fixed]
    missing = [day for day in missing if planned.days.get(day, ("", ""))[0] != DayKind.OFF]
    if missing:
        days = ", ".join(explanations.day_text(day) for day in missing)
        yield _("By law these days are off, but the notice does not name them: %(days)s.") % {"days": days}
