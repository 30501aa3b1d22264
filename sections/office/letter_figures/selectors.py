"""Figures of letters: a constant number of queries, each adding up in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.db.models import CharField, Count, F, Func, IntegerField, Q, QuerySet, Value
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit, local
from bureau.charter.selectors import sections
from schools.models import District
from sections.office.letter_figures.counting import (
    BY_DAY,
    FIGURES,
    KEYS,
    Period,
    ended_since,
    first_answer_clocks,
    still_open,
)
from sections.office.letters.choices import Channel, Kind
from sections.office.letters.models import Letter

NOBODY = "none"  # the key of the line for letters without a section or a school
Counts = dict[str, int]
# Days → so many letters took so long.
Histogram = dict[int, int]


class MonthOf(Func):
    """The month of a day as "2026-03"."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="SUBSTR(%(expressions)s, 1, 7)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="TO_CHAR(%(expressions)s, 'YYYY-MM')", **context)


class DaysBetween(Func):
    """Whole days from the first date to the second."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        self.template = "CAST(JULIANDAY(%(expressions)s) AS INTEGER)"
        self.arg_joiner = ") - JULIANDAY("
        return self.as_sql(compiler, connection, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **context)


DAYS_TO_ANSWER = DaysBetween(F("answered_on"), F("received_on"))
# Dimension → field of the letter.
FIELDS = {"kind": "kind", "channel": "channel", "section": "unit", "district": "school__district"}
HEADINGS: dict[str, str | Promise] = {
    "kind": _("By kind"),
    "channel": _("By channel"),
    "section": _("By section"),
    "district": _("By district of the school"),
    "month": _("By month"),
}
# What happens on a day of its own is told per month; open and overdue are not.
MONTHLY = frozenset(name for names in BY_DAY.values() for name in names) | {"accepted"}


@dataclass(frozen=True)
class Line:
    """One line of a table. Names in both languages: a report keeps them as they were."""

    key: str
    name_zh: str
    name: str
    counts: Mapping[str, int]
    median: float | None = None

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)

    def rate(self, part: int, whole: int) -> float | None:
        """Percent with one decimal; None where there is nothing to compare with."""
        return round(part * 100 / whole, 1) if whole else None

    @property
    def kept(self) -> int:
        """Answered by the promised date, after an extension or without one."""
        return self.counts["on_time"] + self.counts["extended"]

    @property
    def on_time_rate(self) -> float | None:
        return self.rate(self.kept, self.counts["answered"])

    @property
    def satisfied_rate(self) -> float | None:
        return self.rate(self.counts["satisfied"], self.counts["rated"])

    @property
    def asked(self) -> int:
        """Writers who said whether it was solved."""
        return self.counts["solved"] + self.counts["partly"] + self.counts["unsolved"]

    @property
    def solved_rate(self) -> float | None:
        return self.rate(self.counts["solved"], self.asked)


@dataclass(frozen=True)
class Block:
    dimension: str
    lines: tuple[Line, ...]

    @property
    def heading(self) -> str | Promise:
        return HEADINGS[self.dimension]

    @property
    def is_by_month(self) -> bool:
        return self.dimension == "month"


@dataclass(frozen=True)
class Figures:
    period: Period
    total: Line
    blocks: tuple[Block, ...]

    def block(self, dimension: str) -> Block:
        return next(one for one in self.blocks if one.dimension == dimension)


@dataclass
class _Tally:
    """What the queries brought, before it has names."""

    counts: dict[str, dict[Any, Counts]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: dict.fromkeys(KEYS, 0)))
    )
    days: dict[str, dict[Any, Histogram]] = field(default_factory=lambda: defaultdict(dict))


def letters_of(principal: Principal, narrowed: Q | None = None) -> QuerySet[Letter]:
    """The letters that may be counted for this person. The rule asks by sub-queries: none comes twice."""
    found = permitted(principal, "view", Letter).order_by()
    return found.filter(narrowed) if narrowed is not None else found


def figures(
    principal: Principal, period: Period, narrowed: Q | None = None, *, by_month: bool = True
) -> Figures:
    """What this person may know of the letters of a period. `narrowed`: only these letters."""
    letters = letters_of(principal, narrowed)
    tally = _Tally()
    for day, keys in BY_DAY.items():
        _add_events(letters, period, tally, day, keys)
    for key in ("accepted", "overdue"):
        _add_standing(letters, tally, key, FIGURES[key].q(period))
    # Each along an index of its own; together they would be looked for among all letters.
    _add_standing(letters, tally, "open", still_open(period), ended_since(period))
    if by_month:
        _add_accepted_months(letters, period, tally)
    total = _total(tally)
    names = _names(tally, period, by_month=by_month)
    blocks = tuple(
        Block(dimension, tuple(_line(tally, dimension, key, *pair) for key, *pair in lines))
        for dimension, lines in names.items()
    )
    return Figures(period, total, blocks)


def count(principal: Principal, key: str, period: Period, narrowed: Q | None = None) -> int:
    """One figure alone."""
    return letters_of(principal, narrowed).filter(FIGURES[key].q(period)).count()


# --- the queries ----------------------------------------------------------------------------------------


def _counted(period: Period, keys: Iterable[str]) -> dict[str, Count]:
    return {f"n_{key}": Count("pk", filter=FIGURES[key].q(period)) for key in keys}


def _month_of(day: str, period: Period) -> MonthOf | Value:
    """In a period of one month nothing is computed for each letter."""
    return Value(month_key(period.since)) if period.is_one_month else MonthOf(F(day))


def _add_events(
    letters: QuerySet[Letter], period: Period, tally: _Tally, day: str, keys: tuple[str, ...]
) -> None:
    """What happened on days of the period: these letters alone are read, and once for all tables.

    A row for each combination of kind, channel, section, district, month, and days to the answer.
    """
    is_answer = day == "answered_on"
    shown = {"month": _month_of(day, period), **({"days": DAYS_TO_ANSWER} if is_answer else {})}
    groups = letters.filter(**{f"{day}__range": period.days}).annotate(**shown)
    rows = groups.values_list(*FIELDS.values(), *shown).annotate(**_counted(period, keys))
    for row in rows:
        *dimensions, month = row[: len(FIELDS) + 1]
        sums = dict(zip(keys, row[len(FIELDS) + len(shown) :], strict=True))
        for name, key in _lines_of(dimensions, month):
            _add(tally, name, key, sums)
            if is_answer and sums["answered"]:
                _put(tally.days[name], key, row[len(FIELDS) + 1], sums["answered"])


def _add_standing(letters: QuerySet[Letter], tally: _Tally, key: str, *parts: Q) -> None:
    """A figure that no day of the letter itself tells: what its parts, which have no letter in common, add up to."""
    first, *more = (letters.filter(q).values_list(*FIELDS.values()).annotate(n=Count("pk")) for q in parts)
    for *dimensions, number in first.union(*more, all=True) if more else first:
        for name, line in _lines_of(dimensions):
            _add(tally, name, line, {key: number})


def _add_accepted_months(letters: QuerySet[Letter], period: Period, tally: _Tally) -> None:
    if period.is_one_month:
        tally.counts["month"][month_key(period.since)]["accepted"] = tally.counts["total"][""]["accepted"]
        return
    begun = first_answer_clocks(period).filter(object_id__in=letters.values("pk"))
    for month, number in (
        begun.annotate(month=MonthOf(F("started_on"))).values_list("month").annotate(n=Count("pk"))
    ):
        tally.counts["month"][month]["accepted"] = number


def _lines_of(dimensions: Iterable[Any], month: str = "") -> Iterator[tuple[str, str]]:
    """The lines to which a row adds: table and key."""
    for name, value in zip(FIELDS, dimensions, strict=True):
        yield name, _key(value)
    yield "total", ""
    if month:
        yield "month", month


def _add(tally: _Tally, name: str, key: str, sums: Mapping[str, int]) -> None:
    line = tally.counts[name][key]
    for figure, number in sums.items():
        line[figure] += number


def _put(lines: dict[Any, Histogram], key: Any, days: int, number: int) -> None:
    line = lines.setdefault(key, {})
    line[days] = line.get(days, 0) + number


def _key(value: Any) -> str:
    return NOBODY if value is None else str(value)


# --- lines with names -----------------------------------------------------------------------------------


def median(histogram: Histogram | None) -> float | None:
    """The middle of all values; between two middle ones their mean."""
    if not histogram:
        return None
    total = sum(histogram.values())
    low, high = (total - 1) // 2, total // 2
    found, passed = [], 0
    for value in sorted(histogram):
        here = range(passed, passed + histogram[value])
        found += [value for place in (low, high) if place in here]
        passed += histogram[value]
    return sum(found) / 2


def _line(tally: _Tally, dimension: str, key: str, name_zh: str, name: str) -> Line:
    counts = dict(tally.counts[dimension].get(key) or dict.fromkeys(KEYS, 0))
    return Line(key, name_zh, name, counts, median(tally.days[dimension].get(key)))


def _total(tally: _Tally) -> Line:
    return _line(tally, "total", "", *_both(partial(str, _("All together"))))


Names = list[tuple[str, str, str]]


def _names(tally: _Tally, period: Period, *, by_month: bool) -> dict[str, Names]:
    """The lines of each table: whoever has nothing to show stays, with noughts."""
    found = {
        "kind": _of_choices(Kind.choices),
        "channel": _of_choices(Channel.choices),
        "section": _of_sections(tally.counts["section"]),
        "district": _of_districts(tally.counts["district"]),
    }
    if by_month:
        found["month"] = [month_names(month) for month in period.months()]
    return found


def _both(write: Callable[[], str]) -> tuple[str, str]:
    """In both languages: a report says the same to every reader."""
    with override("zh-hans"):
        chinese = write()
    with override("en"):
        return chinese, write()


def _of_choices(choices: Iterable[tuple[Any, Any]]) -> Names:
    return [(str(value), *_both(partial(str, label))) for value, label in choices]


def _of_sections(counted: Mapping[str, Counts]) -> Names:
    """Every section of the chart; one that is gone only where letters of the period lie with it."""
    units = list(sections())
    known = {str(unit.pk) for unit in units}
    gone = [int(key) for key in counted if key not in known and key != NOBODY]
    units += Unit.objects.filter(pk__in=gone).order_by("order", "key") if gone else []
    named = [(str(unit.pk), unit.name_zh, unit.name) for unit in units]
    return [*named, *_nobody(counted, _("not yet with a section"))]


def _of_districts(counted: Mapping[str, Counts]) -> Names:
    named = [(str(one.pk), one.name_zh, one.name) for one in District.objects.order_by("code")]
    return [*named, *_nobody(counted, _("about no school"))]


def _nobody(counted: Mapping[str, Counts], label: str | Promise) -> Names:
    return [(NOBODY, *_both(partial(str, label)))] if NOBODY in counted else []


def month_key(day: date) -> str:
    return day.strftime("%Y-%m")


def month_names(month: date) -> tuple[str, str, str]:
    return month_key(month), *_both(partial(date_format, month, "YEAR_MONTH_FORMAT"))
