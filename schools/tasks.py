"""What happens to the register at fixed times."""

from __future__ import annotations

from datetime import time

from bureau.jobs.schedule import every
from schools.returns import reminding  # noqa: F401 – registers the reminders of returns
from schools.services.confirmations import remind_schools


@every(name="schools.remind", daily_at=time(7, 30))
def remind() -> None:
    remind_schools()
