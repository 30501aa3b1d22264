"""Refusals, written when the transaction in which they arose has rolled back: they would vanish with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection, models

from bureau.audit.services import Actor, record


@dataclass(frozen=True)
class Refusal:
    action: str
    by: Actor
    obj: models.Model | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""


_noted: ContextVar[list[Refusal] | None] = ContextVar("noted refusals", default=None)


def note(
    action: str,
    *,
    by: Actor,
    obj: models.Model | None = None,
    detail: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Have a refused event written: at the end of `collected()`, or at once where nobody collects."""
    refusal = Refusal(action, by, obj, dict(detail or {}), reason)
    noted = _noted.get()
    if noted is None:
        _write(refusal)
    else:
        noted.append(refusal)


@contextmanager
def collected() -> Iterator[list[Refusal]]:
    """Around a request or a task: what was noted inside is written after it, on the same connection."""
    noted: list[Refusal] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)
        for refusal in noted:
            _write(refusal)


def _write(refusal: Refusal) -> None:
    if connection.needs_rollback:  # a broken transaction takes no row; whoever collects outside it will
        return
    record(
        refusal.action,
        by=refusal.by,
        obj=refusal.obj,
        detail=refusal.detail,
        reason=refusal.reason,
        refused=True,
    )
