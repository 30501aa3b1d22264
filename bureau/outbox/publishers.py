"""Who is told that an effect was written. Without a publisher the effect waits to be drained."""

from __future__ import annotations

from collections.abc import Callable

from bureau.registry import Registry

# (effect id, queue); must never raise and never block for long.
PUBLISHERS: Registry[Callable[[int, str], None]] = Registry("publishers")


def publish(effect_id: int, queue: str) -> None:
    for publisher in PUBLISHERS:
        publisher(effect_id, queue)
