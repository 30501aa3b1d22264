"""How a date was computed, in sentences that a citizen can follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bureau.deadlines.choices import Unit
from bureau.deadlines.counting import Calendar, Counted, count

if TYPE_CHECKING:
    from bureau.deadlines.models import Clock, ClockRule

HOLIDAYS = {
    "元旦": _("New Year"),
    "春节": _("Spring Festival"),
    "清明节": _("Qingming Festival"),
    "劳动节": _("Labour Day"),
    "端午节": _("Dragon Boat Festival"),
    "中秋节": _("Mid-Autumn Festival"),
    "国庆节": _("National Day"),
}


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def day_text(day: date) -> str:
    """9 June 2026, 2026年6月9日."""
    return date_format(day, "Y年n月j日" if is_chinese() else "j F Y", use_l10n=False)


def holiday_name(name: str) -> str:
    """The notice's name of the holiday in the reader's language; an unknown one stays Chinese."""
    return gettext(", ").join(str(HOLIDAYS.get(part, part)) for part in name.split("、"))


def amount_text(number: int, unit: str) -> str:
    """“20 working days”."""
    texts = {
        Unit.DAYS: ngettext("%(number)d day", "%(number)d days", number),
        Unit.WORKING_DAYS: ngettext("%(number)d working day", "%(number)d working days", number),
        Unit.MONTHS: ngettext("%(number)d month", "%(number)d months", number),
        Unit.YEARS: ngettext("%(number)d year", "%(number)d years", number),
    }
    return texts[Unit(unit)] % {"number": number}


def length_text(rule: ClockRule) -> str:
    """“20 working days”, “7 working days before”, “31 January of the following year”."""
    if rule.unit == Unit.FIXED_DAY:
        fixed = date(2000, rule.fixed_month or 12, rule.fixed_day or 31)
        day = date_format(fixed, "n月j日" if is_chinese() else "j F", use_l10n=False)
        return gettext("%(day)s of the following year") % {"day": day}
    if rule.length < 0:
        return gettext("%(amount)s before") % {"amount": amount_text(-rule.length, rule.unit)}
    return amount_text(rule.length, rule.unit)


def sentences(clock: Clock, calendar: Calendar) -> list[str]:
    """From the event to the date, one step each."""
    counted = count(clock.started_on, clock.period, calendar)
    steps = [
        *_beginning(clock),
        *_special_days(counted, calendar),
        *_changes(clock, counted),
        *_end(clock, counted, calendar),
    ]
    if clock.paused_on:
        steps.append(
            gettext("The clock has been paused since %(day)s; the date moves when it runs again.")
            % {"day": day_text(clock.paused_on)}
        )
    return steps


def _beginning(clock: Clock) -> list[str]:
    rule = clock.rule
    if rule.unit == Unit.FIXED_DAY:
        first = gettext("The rule names a fixed day: %(length)s (%(basis)s).")
    elif rule.length < 0:
        first = gettext("The rule: %(length)s (%(basis)s).")
    else:
        first = gettext("The time allowed: %(length)s (%(basis)s).")
    found = [first % {"length": length_text(rule), "basis": rule.basis_label}]
    if rule.unit != Unit.FIXED_DAY:
        step = timedelta(days=1 if rule.length > 0 else -1)
        found.append(
            gettext("The day of the event, %(start)s, is not counted; the first day counted is %(first)s.")
            % {"start": day_text(clock.started_on), "first": day_text(clock.started_on + step)}
        )
    return found


def _special_days(counted: Counted, calendar: Calendar) -> list[str]:
    found = []
    if counted.weekends:
        found.append(
            ngettext(
                "%(number)d Saturday or Sunday on the way is not counted.",
                "%(number)d Saturdays and Sundays on the way are not counted.",
                counted.weekends,
            )
            % {"number": counted.weekends}
        )
    if counted.off:
        found.append(
            gettext("Public holidays, not counted: %(days)s.") % {"days": _named(counted.off, calendar)}
        )
    if counted.make_up:
        found.append(
            gettext("Weekend days made working days by the holiday notice, counted: %(days)s.")
            % {"days": _named(counted.make_up, calendar)}
        )
    return found


def _changes(clock: Clock, counted: Counted) -> list[str]:
    found = []
    if clock.extension:
        found.append(
            gettext("Extended by %(amount)s.") % {"amount": amount_text(clock.extension, clock.rule.unit)}
        )
    if counted.rested:
        unit = Unit.WORKING_DAYS if clock.rule.unit == Unit.WORKING_DAYS else Unit.DAYS
        found.append(
            gettext("The clock was paused for %(amount)s.") % {"amount": amount_text(counted.rested, unit)}
        )
    return found


def _end(clock: Clock, counted: Counted, calendar: Calendar) -> list[str]:
    found = []
    if counted.is_month_end:
        found.append(
            gettext("The last month has no such day, so its last day is taken (Civil Code, Article 202).")
        )
    if counted.unrolled:
        found.append(
            gettext(
                "The last day, %(last)s, is a rest day, so the date moves to the next working day, %(day)s"
                " (Civil Code, Article 203). Reminders go by the earlier day."
            )
            % {"last": _with_name(counted.unrolled, calendar), "day": day_text(counted.day)}
        )
    else:
        found.append(gettext("The last day is %(day)s.") % {"day": day_text(counted.day)})
    if counted.provisional:
        found.append(
            gettext(
                "Provisional: the holiday notice of a year on the way is not known yet. This is the earliest"
                " possible date; you will be told if it moves."
            )
        )
    return found


def _named(days: Sequence[date], calendar: Calendar) -> str:
    """“16 to 20 February 2026 (Spring Festival)”: neighbours of the same name in one."""
    runs = []

    def _of_one_holiday(pair: tuple[int, date]) -> tuple[int, str]:
        return pair[1].toordinal() - pair[0], calendar.name(pair[1])

    for _key, run in groupby(enumerate(sorted(days)), key=_of_one_holiday):
        found = [day for _index, day in run]
        text = day_text(found[0])
        if len(found) > 1:
            text = gettext("%(first)s to %(last)s") % {"first": text, "last": day_text(found[-1])}
        runs.append(_bracketed(text, calendar.name(found[0])))
    return gettext(", ").join(runs)


def _with_name(day: date, calendar: Calendar) -> str:
    return _bracketed(day_text(day), calendar.name(day))


def _bracketed(text: str, name: str) -> str:
    return gettext("%(text)s (%(name)s)") % {"text": text, "name": holiday_name(name)} if name else text
