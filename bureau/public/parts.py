"""What many public pages show alike – the columns, the newest of one, the name of the bureau – read once for all.

A part lives no longer than a process may be behind (PAGE_GENERATION_SECONDS) and is as old as a kept page as soon as
something under its tags is published or withdrawn. Nothing is kept where no page is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from django.conf import settings

from bureau.public.generations import GENERATIONS

T = TypeVar("T")
MOST = 1_000  # parts of one process; then all of them are forgotten
_KEPT: dict[Hashable, tuple[float, dict[str, int], Any]] = {}


def part(key: Hashable, tags: Iterable[str], make: Callable[[], T]) -> T:
    """What `make` gives: plain values or loaded records, never a queryset that is still to be asked.

    `key` holds everything that it depends on; `tags` as for `kept.relies_on`.
    """
    if not settings.PAGE_KEPT_SECONDS:
        return make()
    now = time.monotonic()
    tags = tuple(tags)
    # Read before the part is made: too old a number only makes it anew. A part without tags asks no database.
    numbers = GENERATIONS.all() if tags else {}
    held = _KEPT.get(key)  # once: another thread may forget it meanwhile
    if held is not None:
        found: T
        made_at, known, found = held
        if now - made_at < settings.PAGE_GENERATION_SECONDS and (not known or GENERATIONS.still(known)):
            return found
    fresh = make()
    if len(_KEPT) >= MOST:
        _KEPT.clear()
    _KEPT[key] = now, {tag: numbers.get(tag, 0) for tag in tags}, fresh
    return fresh


def forget() -> None:
    """All parts are made anew."""
    _KEPT.clear()
