"""At night every register is looked through."""

from __future__ import annotations

from datetime import time

from bureau.duplicates.finding import search_all
from bureau.jobs.schedule import every


@every(name="duplicates.search", daily_at=time(2, 40))
def search_registers() -> None:
    search_all()
