"""What is counted, and how: one definition for the tables, the list behind each figure and the report.

A figure belongs to the day on which something happened: a letter of March that is answered in May is received in
March and answered in May. Open and overdue are told for the last day of the period, or for today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from bureau.deadlines.choices import ClockState
from bureau.deadlines.models import Clock
from sections.office.letters.choices import OPEN, Rating, Solved, Status
from sections.office.letters.clocks import ACCEPTANCE, REPLY
from sections.office.letters.models import Letter


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    since: date
    until: date

    @property
    def stand(self) -> date:
        """The day for which open and overdue are told: none lies in the future."""
        return min(self.until, timezone.localdate())

    @property
    def days(self) -> tuple[date, date]:
        return self.since, self.until

    @property
    def is_one_month(self) -> bool:
        return first_of_month(self.since) == first_of_month(self.until)

    def months(self) -> Iterator[date]:
        """The first days of the months that the period touches."""
        month = first_of_month(self.since)
        while month <= self.until:
            yield month
            month = following(month)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def following(month: date) -> date:
    return first_of_month(month + timedelta(days=32))


def month_before(day: date) -> date:
    """The first day of the month before the one of `day`."""
    return first_of_month(first_of_month(day) - timedelta(days=1))


def whole_month(month: date) -> Period:
    return Period(first_of_month(month), following(month) - timedelta(days=1))


def _clocks(*matters: str) -> QuerySet[Clock]:
    return Clock.objects.filter(object_kind=Letter._meta.label_lower, matter__in=matters).order_by()


def _letters_of(clocks: QuerySet[Clock]) -> Q:
    """As a plain set of keys: the database reads the clocks once, not once for every letter."""
    return Q(pk__in=clocks.values("object_id"))


def first_answer_clocks(period: Period) -> QuerySet[Clock]:
    """Clocks of the answer that began in the period; a reopened letter was accepted before."""
    # Of one letter only one clock is open: what came before has stopped.
    stopped = _clocks(REPLY).filter(state=ClockState.STOPPED)
    earlier = stopped.filter(object_id=OuterRef("object_id"), pk__lt=OuterRef("pk"))
    return _clocks(REPLY).filter(started_on__range=period.days).exclude(Exists(earlier))


def _accepted(period: Period) -> Q:
    return _letters_of(first_answer_clocks(period))


def _ended(status: Status) -> Callable[[Period], Q]:
    return lambda period: Q(status=status, closed_on__range=period.days)


def _answered(period: Period) -> Q:
    return Q(status=Status.ANSWERED, answered_on__range=period.days)


def _stopped(period: Period) -> QuerySet[Clock]:
    return _clocks(REPLY).filter(stopped_on__range=period.days)


def _late(period: Period) -> Q:
    return _answered(period) & _letters_of(_stopped(period).filter(due_on__lt=F("stopped_on")))


def _extended(period: Period) -> Q:
    """Answered by the promised date, which had been moved by an extension (art. 34)."""
    kept = _stopped(period).filter(due_on__gte=F("stopped_on"), extension__gt=0)
    return _answered(period) & _letters_of(kept)


def _on_time(period: Period) -> Q:
    late_or_extended = _stopped(period).filter(Q(due_on__lt=F("stopped_on")) | Q(extension__gt=0))
    return _answered(period) & ~_letters_of(late_or_extended)


def still_open(period: Period) -> Q:
    return Q(received_on__lte=period.stand, status__in=OPEN)


def ended_since(period: Period) -> Q:
    """Open on the day for which it is told, and no longer."""
    return Q(received_on__lte=period.stand, closed_on__gt=period.stand) & ~Q(status__in=OPEN)


def _open(period: Period) -> Q:
    return still_open(period) | ended_since(period)


def _overdue(period: Period) -> Q:
    """Open, and a date that the writer was promised has passed. A clock that is stopped for a time counts not."""
    # The day of reminders is never after the last day: the index is by it.
    running = Q(state=ClockState.RUNNING, alarm_on__lt=period.stand)
    promised = _clocks(ACCEPTANCE, REPLY).filter(
        running | Q(stopped_on__gt=period.stand), started_on__lte=period.stand, due_on__lt=period.stand
    )
    return _open(period) & _letters_of(promised)


def _said(verdict: Solved) -> Callable[[Period], Q]:
    return lambda period: _answered(period) & Q(solved=verdict)


@dataclass(frozen=True)
class Figure:
    """`q`: which letters it counts in a period. `column`: whether it stands in the tables on the page."""

    key: str
    label: str | Promise
    q: Callable[[Period], Q]
    column: bool = True


# In the order of the tables.
FIGURES: dict[str, Figure] = {
    one.key: one
    for one in (
        Figure("received", pgettext_lazy("figure", "Received"), lambda p: Q(received_on__range=p.days)),
        Figure("accepted", pgettext_lazy("figure", "Accepted"), _accepted),
        Figure("declined", pgettext_lazy("figure", "Not accepted"), _ended(Status.DECLINED)),
        Figure("referred", pgettext_lazy("figure", "Referred elsewhere"), _ended(Status.REFERRED)),
        Figure("withdrawn", pgettext_lazy("figure", "Withdrawn"), _ended(Status.WITHDRAWN), column=False),
        Figure(
            "merged", pgettext_lazy("figure", "Handled with another"), _ended(Status.MERGED), column=False
        ),
        Figure("answered", pgettext_lazy("figure", "Answered"), _answered),
        Figure("on_time", pgettext_lazy("figure", "On time"), _on_time),
        Figure("extended", pgettext_lazy("figure", "On time after an extension"), _extended),
        Figure("late", pgettext_lazy("figure", "Late"), _late),
        Figure("open", pgettext_lazy("figure", "Open"), _open),
        Figure("overdue", pgettext_lazy("figure", "Overdue"), _overdue),
        Figure(
            "rated",
            pgettext_lazy("figure", "Rated"),
            lambda p: _answered(p) & Q(rating__isnull=False),
            column=False,
        ),
        Figure(
            "satisfied",
            pgettext_lazy("figure", "Satisfied"),
            lambda p: _answered(p) & Q(rating__gte=Rating.GOOD),
        ),
        Figure("solved", pgettext_lazy("figure", "Solved"), _said(Solved.YES)),
        Figure("partly", pgettext_lazy("figure", "Partly solved"), _said(Solved.PARTLY), column=False),
        Figure("unsolved", pgettext_lazy("figure", "Not solved"), _said(Solved.NO), column=False),
    )
}
KEYS = tuple(FIGURES)
CHOICES = [(key, figure.label) for key, figure in FIGURES.items()]

# (figures that happened, the day on which they did), for the course of months.
BY_DAY: dict[str, tuple[str, ...]] = {
    "received_on": ("received",),
    "answered_on": (
        "answered",
        "on_time",
        "extended",
        "late",
        "rated",
        "satisfied",
        "solved",
        "partly",
        "unsolved",
    ),
    "closed_on": ("declined", "referred", "withdrawn", "merged"),
}
