"""Writing to the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bureau.outbox import publishers
from bureau.outbox.models import Effect
from bureau.outbox.queues import queue_of


def enqueue(
    task: str,
    payload: Mapping[str, object] | None = None,
    *,
    key: str | None = None,
    queue: str | None = None,
    due_at: datetime | None = None,
    owner_id: int | None = None,
) -> Effect:
    """Ask that the registered task `task` run once after the commit.

    The same `key` twice is one effect: the second call returns the first row.
    `payload` holds references (ids, field names), never personal values. `queue`: another than the task declares.
    """
    effect, is_new = Effect.objects.get_or_create(
        key=key or uuid.uuid4().hex,
        defaults={
            "task": task,
            "payload": dict(payload or {}),
            "queue": queue_of(task, queue),
            "due_at": due_at or timezone.now(),
            "owner_id": owner_id,
        },
    )
    if is_new and effect.due_at <= timezone.now():
        transaction.on_commit(lambda: publishers.publish(effect.pk, effect.queue), robust=True)
    return effect
