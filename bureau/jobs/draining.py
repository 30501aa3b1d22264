"""Carrying out what the outbox holds: each effect once, in its own transaction; poison stops nobody else."""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from enum import Enum

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from bureau.audit import refusals
from bureau.jobs.registry import ON_DEAD, TASKS, Task
from bureau.outbox.models import Effect
from bureau.outbox.queues import QUEUES

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
DEFAULT = Task("")


class Outcome(Enum):
    DONE = "done"
    RETRY = "retry"
    DEAD = "dead"
    LOST = "lost"


class Lost(Exception):
    """Another worker has taken this effect over; what this one did is rolled back."""


class UnknownTask(Exception):
    """The effect names a task that no installed app registers."""


def drain(
    limit: int = 1000, *, queues: Collection[str] = tuple(QUEUES), is_over: Callable[[], bool] = lambda: False
) -> Counter[Outcome]:
    """Carry out what is due, the urgent queues first, in each the oldest; returns how many ended how.

    `is_over()` is asked before each effect.
    """
    outcomes: Counter[Outcome] = Counter()
    while sum(outcomes.values()) < limit and not is_over():
        effect = claim(queues=queues)
        if effect is None:
            break
        outcomes[carry_out(effect)] += 1
    return outcomes


def drain_one(effect_id: int) -> Outcome | None:
    """Carry out one effect by id; None when it is done, taken or not yet due."""
    effect = claim(effect_id)
    return carry_out(effect) if effect else None


def claim(effect_id: int | None = None, *, queues: Collection[str] = tuple(QUEUES)) -> Effect | None:
    """Take one waiting effect for this worker: its attempt is counted before anything is tried."""
    due = Effect.objects.filter(status=Effect.Status.WAITING, due_at__lte=timezone.now())
    if effect_id is not None:
        return _claim_of(due.filter(pk=effect_id))
    return next((effect for name in queues if (effect := _claim_of(due.filter(queue=name)))), None)


def _claim_of(due: QuerySet[Effect]) -> Effect | None:
    if not due.exists():  # a plain read: an idle worker never asks for a write lock
        return None
    with transaction.atomic():
        effect = _unlocked(due).first()
        if effect is None:
            return None
        effect.status = Effect.Status.RUNNING
        effect.taken_at = timezone.now()
        effect.attempts += 1
        # The condition makes it one atomic UPDATE where rows cannot be locked (SQLite).
        took = Effect.objects.filter(pk=effect.pk, status=Effect.Status.WAITING).update(
            status=effect.status, taken_at=effect.taken_at, attempts=effect.attempts
        )
    return effect if took else None


def _unlocked(rows: QuerySet[Effect]) -> QuerySet[Effect]:
    """Rows that no live transaction holds."""
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True)
    return rows


def carry_out(effect: Effect) -> Outcome:
    """Run a claimed effect. A failure is written down and tried again later, at last given up."""
    try:
        with refusals.collected():  # what was refused on the way is on record although the task rolls back
            _run(effect, _task_of(effect))
    except Lost:
        return Outcome.LOST
    except Exception as error:  # whatever the handler raises is its failure, not the worker's
        return _failed(effect, error)
    return Outcome.DONE


def _task_of(effect: Effect) -> Task:
    found = TASKS.get(effect.task)
    if found is None:
        raise UnknownTask(effect.task)
    return found


def _run(effect: Effect, task: Task) -> None:
    if task.long_handler is not None:
        task.long_handler(effect.payload, lambda: hold(effect))
        with transaction.atomic():
            hold(effect)
            _mark_done(effect)
    elif task.handler is not None:
        with transaction.atomic():
            hold(effect)
            task.handler(effect.payload)
            _mark_done(effect)


def hold(effect: Effect) -> None:
    """Lock the effect's row for this transaction and prove that it is still this worker's.

    `attempts` is the fencing token: whoever takes a row over raises it. Raises `Lost`.
    """
    mine = Effect.objects.filter(pk=effect.pk, status=Effect.Status.RUNNING, attempts=effect.attempts)
    if not mine.update(taken_at=timezone.now()):
        raise Lost


def _mark_done(effect: Effect) -> None:
    Effect.objects.filter(pk=effect.pk).update(
        status=Effect.Status.DONE, done_at=timezone.now(), last_error=""
    )


def _failed(effect: Effect, error: Exception) -> Outcome:
    where = describe(error)
    log.warning("effect failed", extra={"effect": effect.pk, "task": effect.task, "error": where})
    tries = (TASKS.get(effect.task) or DEFAULT).tries
    with transaction.atomic():
        try:
            hold(effect)
        except Lost:
            return Outcome.LOST
        if effect.attempts >= tries:
            _give_up(effect, where)
            return Outcome.DEAD
        Effect.objects.filter(pk=effect.pk).update(
            status=Effect.Status.WAITING, due_at=timezone.now() + pause(effect.attempts), last_error=where
        )
    return Outcome.RETRY


def _give_up(effect: Effect, where: str) -> None:
    Effect.objects.filter(pk=effect.pk).update(status=Effect.Status.DEAD, last_error=where)
    for tell in ON_DEAD:
        tell(effect.task, effect.pk, effect.attempts)


def pause(attempts: int) -> timedelta:
    """How long to wait after the given number of failures: 10 s, 40 s, 160 s, … at most an hour."""
    return min(FIRST_PAUSE * (1 << 2 * (attempts - 1)), LONGEST_PAUSE)


def describe(error: BaseException) -> str:
    """Kind and place of an error. Its text is left out: it may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"[:500]


def sweep(now: datetime | None = None) -> int:
    """Give back what a lost worker took and never finished; returns how many rows."""
    moment = now or timezone.now()
    running = Effect.objects.filter(status=Effect.Status.RUNNING)
    return sum(_give_back(effect.pk, moment) for effect in _overdue(running, moment))


def _overdue(rows: Iterable[Effect], moment: datetime) -> list[Effect]:
    found = []
    for effect in rows:
        lease = (TASKS.get(effect.task) or DEFAULT).lease
        if effect.taken_at is None or effect.taken_at + lease <= moment:
            found.append(effect)
    return found


def _give_back(effect_id: int, moment: datetime) -> bool:
    with transaction.atomic():
        # A row whose worker lives is locked by its transaction and skipped.
        effect = _unlocked(Effect.objects.filter(pk=effect_id, status=Effect.Status.RUNNING)).first()
        if effect is None or not _overdue([effect], moment):
            return False
        if effect.attempts >= (TASKS.get(effect.task) or DEFAULT).tries:
            _give_up(effect, "worker lost")
        else:
            Effect.objects.filter(pk=effect_id).update(
                status=Effect.Status.WAITING, due_at=moment, last_error="worker lost"
            )
    return True
