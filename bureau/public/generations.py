"""By what a kept page knows that it is old: one number per tag, in the database, read every few seconds.

The number is raised in the transaction of the change, so it is seen with it or not at all. A page remembers the
numbers that it read *before* it was made; a number read too early only makes a page that is thrown away.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from bureau.public.models import PageGeneration

# Longer than any page is kept and any transaction lasts: an older change is in every kept page already.
REMEMBERED = timedelta(hours=2)


class Generations:
    """The numbers as one process knows them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._numbers: dict[str, int] = {}
        self._read_at: float | None = None

    def all(self) -> dict[str, int]:
        """Tag → number of all that changed lately. It is replaced at the next reading, never changed."""
        self._refresh()
        return self._numbers

    def still(self, known: dict[str, int]) -> bool:
        """Whether nothing that these numbers stand for has changed."""
        self._refresh()
        return all(self._numbers.get(tag, number) == number for tag, number in known.items())

    def forget(self) -> None:
        """Read again at the next question."""
        self._read_at = None

    def _refresh(self) -> None:
        now = self._clock()
        if self._read_at is not None and now - self._read_at < settings.PAGE_GENERATION_SECONDS:
            return
        with self._lock:
            recent = PageGeneration.objects.filter(changed_at__gte=timezone.now() - REMEMBERED)
            self._numbers = dict(recent.values_list("tag", "number"))
            self._read_at = now


GENERATIONS = Generations()


def raise_numbers(tags: Iterable[str]) -> None:
    """Every page kept under one of these tags is old as soon as this transaction commits."""
    now = timezone.now()
    for tag in sorted(set(tags)):  # in one order, so that two writers never wait for each other in a ring
        changed = PageGeneration.objects.filter(tag=tag).update(number=F("number") + 1, changed_at=now)
        if not changed:
            row, is_new = PageGeneration.objects.get_or_create(tag=tag, defaults={"changed_at": now})
            if not is_new:
                PageGeneration.objects.filter(pk=row.pk).update(number=F("number") + 1, changed_at=now)
    transaction.on_commit(GENERATIONS.forget, using=connection.alias)
