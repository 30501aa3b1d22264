"""Figures from a second, slightly older database. What may be read there is said in one place: `may_lag()`.

Only figures in sums are read there, and only by a request that does nothing but read. Rights, records and pages
that are kept for the public always come from the first database: a right that was withdrawn, a page that was
taken back, must not live on for as long as the copy lags.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models import Model

log = logging.getLogger(__name__)

ALIAS = "replica"
FIRST = "default"
SECONDS_LEFT_ALONE = 30.0  # after a replica that is away or too old was met

_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)
_may_lag: ContextVar[bool] = ContextVar("may_lag", default=False)
_left_alone_until = 0.0

# When the newest transaction that the copy knows was committed. The portal writes at least once a minute, so a
# copy whose line is cut grows old as well. A server that is no copy is never old.
LAG = """
SELECT CASE WHEN pg_is_in_recovery() THEN
    COALESCE(EXTRACT(EPOCH FROM now() - pg_last_xact_replay_timestamp()), 1e9) ELSE 0 END
"""


@contextmanager
def only_reads() -> Iterator[None]:
    """Around a request that writes nothing."""
    token = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(token)


@contextmanager
def may_lag() -> Iterator[None]:
    """What is evaluated inside may be as old as DATABASE_REPLICA_LAG_SECONDS. Without a good copy: the first."""
    token = _may_lag.set(_only_reads.get() and is_good())
    try:
        yield
    finally:
        _may_lag.reset(token)


def is_set() -> bool:
    return ALIAS in connections.databases


def is_good() -> bool:
    """Whether the copy answers and is young enough; a bad one is left alone for a while."""
    global _left_alone_until
    if not is_set() or time.monotonic() < _left_alone_until:
        return False
    if answers():
        return True
    _left_alone_until = time.monotonic() + SECONDS_LEFT_ALONE
    log.warning("replica left alone")
    return False


def answers() -> bool:
    try:
        return _lag() <= settings.DATABASE_REPLICA_LAG_SECONDS
    except DatabaseError:
        return False


def _lag() -> float:
    """Seconds."""
    copy = connections[ALIAS]
    with copy.cursor() as cursor:
        if copy.vendor != "postgresql":
            cursor.execute("SELECT 0")
        else:
            cursor.execute(LAG)
        return float(cursor.fetchone()[0])


class ReplicaRouter:
    """Reads inside `may_lag()` from the copy, everything else from the first. Nothing is written to the copy."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return ALIAS if _may_lag.get() else FIRST

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return FIRST

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != ALIAS
