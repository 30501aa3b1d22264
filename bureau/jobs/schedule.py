"""What happens at fixed times. Two runners or two beats run a slot once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from bureau.jobs.registry import Payload, Task, declare
from bureau.outbox.queues import DEFAULT, Queue
from bureau.outbox.services import enqueue
from bureau.registry import Registry


@dataclass(frozen=True)
class Entry:
    """A scheduled task: every so many minutes, or daily at a local time."""

    name: str
    minutes: int = 0
    daily_at: time | None = None

    @property
    def task(self) -> str:
        return f"schedule.{self.name}"

    def slot(self, now: datetime) -> datetime:
        """The start of the latest slot that has come: the same for every runner."""
        local = timezone.localtime(now)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.daily_at is None:
            passed = int((local - midnight) / timedelta(minutes=self.minutes))
            return midnight + passed * timedelta(minutes=self.minutes)
        at = local.replace(hour=self.daily_at.hour, minute=self.daily_at.minute, second=0, microsecond=0)
        return at if at <= local else at - timedelta(days=1)


SCHEDULE: Registry[Entry] = Registry("schedule")


def every(
    *, name: str, minutes: int = 0, daily_at: time | None = None, tries: int = 3, queue: Queue = DEFAULT
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register `f()` to run every `minutes` (a divisor of a day) or `daily_at`, local time; idempotent."""
    if bool(minutes) == bool(daily_at) or (minutes and 1440 % minutes):
        raise ValueError(f"{name}: either minutes that divide a day, or daily_at")

    def mark(function: Callable[[], None]) -> Callable[[], None]:
        entry = SCHEDULE.add(name, Entry(name, minutes, daily_at))

        def handler(payload: Payload) -> None:
            function()

        declare(Task(entry.task, handler=handler, tries=tries, queue=queue))
        return function

    return mark


def enqueue_due(now: datetime | None = None) -> int:
    """Write an effect for each entry whose present slot nobody has begun; returns how many."""
    moment = now or timezone.now()
    return sum(_begin(entry, entry.slot(moment)) for entry in SCHEDULE)


def _begin(entry: Entry, slot: datetime) -> bool:
    from bureau.jobs.models import ScheduleRun

    if ScheduleRun.objects.filter(name=entry.name, slot_at=slot).exists():
        return False
    with transaction.atomic():
        _run, is_mine = ScheduleRun.objects.get_or_create(name=entry.name, slot_at=slot)
        if is_mine:
            enqueue(entry.task, key=f"schedule:{entry.name}:{slot:%Y%m%dT%H%M}")
    return is_mine
