"""Progress of work inside one long transaction: written past it, over a connection of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection

from bureau.jobs.models import Job

log = logging.getLogger(__name__)

Tell = Callable[[int, int], None]
# Progress is worth no waiting: whoever holds the job's row for longer wins.
PATIENCE = "500ms"


@contextmanager
def telling(job_id: int) -> Iterator[Tell]:
    """Gives `tell(done, total)`, visible to everybody at once whatever becomes of the transaction in hand.

    That transaction must not have touched the job's row. SQLite has one writer at a time, who is busy: there
    nothing is told, and nothing waits.
    """
    if connection.vendor != "postgresql":
        yield lambda done, total: None
        return
    other: Any = connection.copy()
    try:
        yield lambda done, total: _tell(other, job_id, done, total)
    finally:
        other.close()


def _tell(other: Any, job_id: int, done: int, total: int) -> None:
    """A failure stays here: the work goes on without its progress being seen."""
    table = other.ops.quote_name(Job._meta.db_table)
    try:
        with other.cursor() as cursor:
            # One message, one transaction: behind pgbouncer a longer setting would meet somebody else's work.
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true); "  # noqa: S608
                f"UPDATE {table} SET done = %s, total = %s, version = version + 1 "
                "WHERE id = %s AND status = %s",
                [PATIENCE, done, total, job_id, Job.Status.RUNNING],
            )
    except DatabaseError as error:
        log.warning("progress not told", extra={"job": job_id, "error": type(error).__name__})
        other.close()
