"""The ways through the outbox, the most urgent first: a citizen who waits, the daily work, the mass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bureau.registry import Registry


@dataclass(frozen=True)
class Queue:
    """`longest`: a worker process that carries out one effect for longer is ended; the effect is tried again."""

    name: str
    longest: timedelta


PUBLIC = Queue("public", timedelta(minutes=2))
DEFAULT = Queue("default", timedelta(minutes=15))
BULK = Queue("bulk", timedelta(hours=4))

QUEUES: dict[str, Queue] = {queue.name: queue for queue in (PUBLIC, DEFAULT, BULK)}

# Task → name of its queue; filled where tasks are declared.
ROUTES: Registry[str] = Registry("routes of tasks")


class UnknownQueue(Exception):
    """No worker would ever look there."""


def queue_of(task: str, asked: str | None = None) -> str:
    """The queue that was asked for, else the one that the task declares. Raises UnknownQueue."""
    name = asked or ROUTES.get(task) or DEFAULT.name
    if name not in QUEUES:
        raise UnknownQueue(name)
    return name
