"""Every working day: schools hear what comes due, what is late and what closes; later their district and the section.

A school gets one message a day for all its returns. Which day is which stands in the table of periods; a reminder
that falls on a day of rest comes on the working day before the deadline, or after it. The same night again tells
nobody twice: each level is written down for the return and its deadline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Unit
from bureau.deadlines import calendar, counting
from bureau.deadlines.counting import Calendar
from bureau.jobs.schedule import every
from bureau.notices.kinds import Value
from bureau.notices.services import tell_unit
from schools.models.school import ENDED
from schools.returns.choices import WITH_SCHOOL, CollectionStatus, ReminderLevel
from schools.returns.models import LockException, Reminder, Return
from schools.returns.notices import DIGEST, LATE_IN_DISTRICT, LATE_IN_SECTION
from schools.returns.selectors.contacts import due_of
from schools.returns.services.terms import terms
from schools.services.telling import name_of

Level = ReminderLevel
# What a school hears, the loudest last: who was told loudly is not told softly afterwards.
TO_SCHOOL = (Level.COMING, Level.DUE, Level.LATE, Level.CLOSING)
TO_OTHERS = {Level.ESCALATED: LATE_IN_DISTRICT, Level.SECTION: LATE_IN_SECTION}
MOST_TITLES = 3
SYSTEM = "portal"


@dataclass(frozen=True)
class Day:
    """A night's ground: the day, the calendar, the lengths in force."""

    today: date
    calendar: Calendar
    lengths: Mapping[str, int]

    def before(self, level: Level, deadline: date) -> bool:
        """Whether the days before a deadline have begun on which this level is told."""
        number = self.lengths.get(level)
        if number is None or self.today > deadline:
            return False
        if not number and self.calendar.is_working_day(deadline):
            return self.today == deadline
        return self.today >= counting.add_working_days(deadline, -max(number, 1), self.calendar).day

    def after(self, level: Level, deadline: date) -> bool:
        number = self.lengths.get(level)
        if number is None or self.today <= deadline:
            return False
        return self.today >= counting.add_working_days(deadline, max(number, 1), self.calendar).day


@dataclass(frozen=True)
class Told:
    """One return to be told of, at one level."""

    record: Return
    level: Level
    due_on: date
    locks_on: date


@every(name="schools.return_reminders", daily_at=time(7, 20))
def remind_of_returns() -> None:
    remind()


def remind(on: date | None = None) -> int:
    """Tell schools, districts and sections; returns how many reminders were written."""
    today = on or timezone.localdate()
    day = Day(today, calendar.load(), terms(today))
    if not day.calendar.is_working_day(today):
        return 0
    rows = list(_with_schools(today))
    known, later = _known(rows), _exceptions(rows)
    found = [one for row in rows for one in _levels(row, day, later, known[row.pk])]
    written = sum(_tell_school(group, today) for group in _by(found, TO_SCHOOL, "school_id"))
    for level, field in ((Level.ESCALATED, "managed_by"), (Level.SECTION, "owner")):
        written += sum(_tell_others(group, level, today) for group in _by(found, (level,), field))
    return written


def _with_schools(today: date) -> Iterator[Return]:
    rows = Return.objects.filter(
        status__in=WITH_SCHOOL,
        collection__status=CollectionStatus.ISSUED,
        collection__is_past=False,
        collection__opens_on__lte=today,
    ).exclude(school__status__in=ENDED)
    related = ("school__unit", "school__managed_by", "collection", "owner")
    rows = rows.defer("values", "reasons", "rows", "accepted_cells").select_related(*related)
    return rows.order_by("school_id", "collection__due_on", "pk").iterator(chunk_size=2000)


def _known(rows: Iterable[Return]) -> dict[int, set[tuple[str, date | None]]]:
    """Return → (level, deadline) of what was told."""
    found: dict[int, set[tuple[str, date | None]]] = defaultdict(set)
    collections = {row.collection_id for row in rows}
    told = Reminder.objects.filter(owner_return__collection__in=collections).exclude(level=Level.URGED)
    for pk, level, due in told.order_by().values_list("owner_return_id", "level", "due_on"):
        found[pk].add((level, due))
    return found


def _exceptions(rows: Iterable[Return]) -> dict[tuple[int, int], date]:
    """(collection, school) → until when the school may send; a later exception replaces an earlier one."""
    collections = {row.collection_id for row in rows}
    granted = LockException.objects.filter(collection__in=collections).order_by("pk")
    return {(one.collection_id, one.school_id): one.until for one in granted}


def _levels(
    row: Return,
    day: Day,
    later: Mapping[tuple[int, int], date],
    known: set[tuple[str, date | None]],
) -> Iterator[Told]:
    """At most one level for the school, and those of its supervisors."""
    due, locks = due_of(row), row.collection.locks_on
    locks = max(locks, later.get((row.collection_id, row.school_id), locks))
    is_sent_once = row.first_sent_on is not None
    due_levels = [
        *([Level.COMING] if day.before(Level.COMING, due) else []),
        *([Level.DUE] if day.before(Level.DUE, due) else []),
        *([Level.LATE] if day.after(Level.LATE, due) and (is_sent_once or day.today <= locks) else []),
        *([Level.CLOSING] if not is_sent_once and day.before(Level.CLOSING, locks) else []),
    ]
    heard = [level for level, told in known if told == due and level in TO_SCHOOL]
    loudest = due_levels[-1] if due_levels else None
    if loudest and all(TO_SCHOOL.index(loudest) > TO_SCHOOL.index(Level(level)) for level in heard):
        yield Told(row, loudest, due, locks)
    for level in TO_OTHERS:
        if (level, due) in known or not day.after(level, due):
            continue
        if level == Level.SECTION or row.school.managed_by.kind == UnitKind.DISTRICT:
            yield Told(row, level, due, locks)


def _by(found: Iterable[Told], levels: tuple[Level, ...], field: str) -> list[list[Told]]:
    """Grouped by school, by who manages it, or by the section in charge."""
    groups: dict[int, list[Told]] = defaultdict(list)
    for one in found:
        if one.level in levels:
            row = one.record
            keys = {
                "school_id": row.school_id,
                "managed_by": row.school.managed_by_id,
                "owner": row.owner_id,
            }
            groups[keys[field]].append(one)
    return list(groups.values())


@transaction.atomic
def _written(group: list[Told], today: date) -> list[Told]:
    """Writes down what was not yet; a second runner waits for the rows and then finds nothing left."""
    keys = sorted(one.record.pk for one in group)
    list(Return.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    rows = Reminder.objects.filter(owner_return__in=keys).filter(~Q(level=Level.URGED)).order_by()
    known = set(rows.values_list("owner_return_id", "level", "due_on"))
    fresh = [one for one in group if (one.record.pk, one.level, one.due_on) not in known]
    Reminder.objects.bulk_create(
        Reminder(owner_return=one.record, level=one.level, on=today, due_on=one.due_on, by_name=SYSTEM)
        for one in fresh
    )
    return fresh


@transaction.atomic
def _tell_school(group: list[Told], today: date) -> int:
    fresh = _written(group, today)
    if fresh:
        school = fresh[0].record.school
        params: dict[str, Value] = {
            "school": name_of(school),
            "summary": _in_both(lambda: _summary(fresh)),
        }
        if len(fresh) == 1:
            tell_unit(DIGEST, unit=school.unit, params=params, record=fresh[0].record)
        else:
            tell_unit(DIGEST, unit=school.unit, params=params, url=reverse("school:inbox"))
    return len(fresh)


@transaction.atomic
def _tell_others(group: list[Told], level: Level, today: date) -> int:
    """The county bureau, or the head of the section: how many, of which collections, with the way to the list."""
    fresh = _written(group, today)
    if fresh:
        row = fresh[0].record
        is_section = level == Level.SECTION
        unit: Unit = row.owner if is_section else row.school.managed_by
        params: dict[str, Value] = {"count": len(fresh), "titles": _in_both(lambda: _titles(fresh))}
        roles = (Role.CHIEF,) if is_section else (Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER)
        url = reverse("desk:schools:return_reporters") + "?figure=missing"
        tell_unit(TO_OTHERS[level], unit=unit, roles=roles, params=params, url=url)
    return len(fresh)


def _summary(group: list[Told]) -> str:
    """ "1 closes for good on 9 June, 2 are late, 1 is due today: “…” and 3 more"."""
    counts = {level: [one for one in group if one.level == level] for level in reversed(TO_SCHOOL)}
    parts = [_words(level, some) for level, some in counts.items() if some]
    return _("%(what)s: %(titles)s") % {"what": _(", ").join(parts), "titles": _titles(group)}


def _words(level: Level, group: list[Told]) -> str:
    said = {
        Level.CLOSING: ngettext(
            "%(count)s closes for good soon", "%(count)s close for good soon", len(group)
        ),
        Level.LATE: ngettext("%(count)s is late", "%(count)s are late", len(group)),
        Level.DUE: ngettext("%(count)s is due now", "%(count)s are due now", len(group)),
        Level.COMING: ngettext("%(count)s will be due soon", "%(count)s will be due soon", len(group)),
    }
    return said[level] % {"count": len(group)}


def _titles(group: list[Told]) -> str:
    """The titles of the first collections, each once, with section and day."""
    titles: dict[int, str] = {}
    for one in sorted(group, key=lambda one: one.due_on):
        row = one.record
        params = {"title": row.collection.label, "unit": row.owner.label, "day": f"{one.due_on:%Y-%m-%d}"}
        titles.setdefault(row.collection_id, _("“%(title)s” (%(unit)s, %(day)s)") % params)
    shown, more = list(titles.values())[:MOST_TITLES], len(titles) - MOST_TITLES
    rest = [_("%(count)s more") % {"count": more}] if more > 0 else []
    return _(", ").join([*shown, *rest])


def _in_both(write: Callable[[], str]) -> dict[str, str]:
    """A sentence that is made of several, for readers of either language."""
    found = {}
    for code, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            found[code] = write()
    return found
