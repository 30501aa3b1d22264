"""Reading clocks and rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Model, QuerySet

from bureau.deadlines.choices import ClockState
from bureau.deadlines.models import CalendarYear, Clock, ClockEvent, ClockRule


def kind_of(record: Model) -> str:
    return record._meta.label_lower


def clocks_of(record: Model) -> QuerySet[Clock]:
    """All clocks of a record, stopped ones too, the earliest due first."""
    return Clock.objects.filter(object_kind=kind_of(record), object_id=record.pk).select_related("rule")


def open_clocks_of(record: Model) -> QuerySet[Clock]:
    return clocks_of(record).exclude(state=ClockState.STOPPED)


def open_clock(matter: str, record: Model) -> Clock | None:
    return open_clocks_of(record).filter(matter=matter).first()


def earliest_alarm(record: Model) -> date | None:
    """The earliest day of reminders among the running clocks: where two rules meet, the stricter one."""
    running = clocks_of(record).filter(state=ClockState.RUNNING)
    return running.order_by("alarm_on").values_list("alarm_on", flat=True).first()


def next_clocks(kind: str, ids: Iterable[int]) -> dict[int, Clock]:
    """Record id → its running clock with the earliest day of reminders, for a list: one query."""
    rows = Clock.objects.filter(object_kind=kind, object_id__in=list(ids), state=ClockState.RUNNING)
    return {clock.object_id: clock for clock in rows.select_related("rule").order_by("-alarm_on", "-pk")}


def alarmed_clocks(until: date) -> QuerySet[Clock]:
    """Running clocks whose day of reminders is `until` or earlier."""
    running = Clock.objects.filter(state=ClockState.RUNNING, alarm_on__lte=until)
    return running.select_related("rule").order_by("alarm_on", "pk")


def moves_of(record: Model) -> QuerySet[ClockEvent]:
    """What happened to the clocks of a record, oldest first."""
    return ClockEvent.objects.filter(
        clock__object_kind=kind_of(record), clock__object_id=record.pk
    ).select_related("clock__rule")


def rule_in_force(matter: str, on: date) -> ClockRule | None:
    return ClockRule.objects.filter(matter=matter, valid_from__lte=on).order_by("-valid_from").first()


def rules_by_matter() -> list[list[ClockRule]]:
    """Per matter its rules, newest first, in the order of the keys."""
    found: dict[str, list[ClockRule]] = {}
    for rule in ClockRule.objects.order_by("matter", "-valid_from"):
        found.setdefault(rule.matter, []).append(rule)
    return list(found.values())


def years_with_notice() -> list[int]:
    return list(CalendarYear.objects.values_list("year", flat=True))
