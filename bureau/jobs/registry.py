"""What the portal can do in the background, by name. Filled by the apps' `tasks.py`, then frozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from bureau.outbox.queues import BULK, DEFAULT, ROUTES, Queue
from bureau.registry import Registry

Payload: TypeAlias = dict[str, Any]
Hold: TypeAlias = Callable[[], None]
Handler: TypeAlias = Callable[[Payload], None]
LongHandler: TypeAlias = Callable[[Payload, Hold], None]


@dataclass(frozen=True)
class Task:
    """How an effect is carried out.

    `handler` runs inside one transaction together with the mark "done"; `long_handler` opens its own, one per
    batch, and calls `hold()` first in each: it raises `Lost` when another worker has taken the effect over.
    `queue` says who is served first, and how long one run may last.
    """

    name: str
    handler: Handler | None = None
    long_handler: LongHandler | None = None
    tries: int = 6
    lease: timedelta = timedelta(seconds=60)  # a worker that has not been heard of for so long is gone
    queue: Queue = DEFAULT


TASKS: Registry[Task] = Registry("tasks")

# (task, effect id, attempts): called in the transaction that gives an effect up.
ON_DEAD: Registry[Callable[[str, int, int], None]] = Registry("given-up effects")

# (job id): called when a long job is done or has failed, in the transaction that says so.
ON_JOB_END: Registry[Callable[[int], None]] = Registry("ends of jobs")


def declare(entry: Task) -> Task:
    ROUTES.add(entry.name, entry.queue.name)
    return TASKS.add(entry.name, entry)


def task(name: str, *, tries: int = 6, queue: Queue = DEFAULT) -> Callable[[Handler], Handler]:
    """Register an idempotent handler `f(payload)`; all that it writes commits together, once."""

    def mark(handler: Handler) -> Handler:
        declare(Task(name, handler=handler, tries=tries, queue=queue))
        return handler

    return mark


def long_task(
    name: str, *, tries: int = 6, lease: timedelta = timedelta(minutes=5), queue: Queue = BULK
) -> Callable[[LongHandler], LongHandler]:
    """Register a handler `f(payload, hold)` that commits batch by batch."""

    def mark(handler: LongHandler) -> LongHandler:
        declare(Task(name, long_handler=handler, tries=tries, lease=lease, queue=queue))
        return handler

    return mark
