"""One round of the worker: the schedule, the sweeper, then whatever is due."""

from __future__ import annotations

import logging
from collections import Counter
from threading import Event

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from bureau.jobs import draining, schedule

log = logging.getLogger(__name__)


def tick(limit: int = 1000) -> Counter[draining.Outcome]:
    """What beat calls each minute, and `manage.py work` all the time. Safe to run anywhere at once."""
    schedule.enqueue_due()
    draining.sweep()
    return draining.drain(limit)


def work_until(stop: Event, *, pause: float = 1.0) -> None:
    """Tick until told to stop; a lost database is waited for. What is in hand is finished first."""
    while not stop.is_set():
        try:
            outcomes = tick(limit=20)
        except (OperationalError, InterfaceError) as error:
            log.warning("database away", extra={"error": draining.describe(error)})
            connection.close()
            outcomes = Counter()
        close_old_connections()
        if not outcomes:
            stop.wait(pause)
