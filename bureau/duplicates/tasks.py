"""At night every register is looked through."""

from __future__ import annotations

from datetime import time

from bureau.duplicates.finding import search_all
from bureau.jobs.schedule import every
from bureau.outbox.queues import BULK


@every(name="duplicates.search", daily_at=time(2, 40), queue=BULK)
def search_registers() -> None:
    search_all()
