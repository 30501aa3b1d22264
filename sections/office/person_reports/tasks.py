"""What the portal does with reports on its own."""

from __future__ import annotations

from datetime import time

from django.utils import timezone

from bureau.jobs.registry import Hold, Payload, long_task
from bureau.jobs.schedule import every
from bureau.outbox.services import enqueue
from sections.office.person_reports.enclosing import ENCLOSURES
from sections.office.person_reports.retention import forget_reports, warn_units


@every(name="person_reports.outdated_files", minutes=60)
def delete_outdated_files() -> None:
    """Files of reports that were never sent, when their hours are over."""
    while ENCLOSURES.delete_outdated():
        pass


@every(name="person_reports.retention", daily_at=time(1, 50))
def keep_or_forget() -> None:
    """Warn of what comes up; what is over is forgotten by an effect of its own, report by report."""
    warn_units()
    enqueue("person_reports.forget", key=f"person_reports.forget:{timezone.localdate():%Y%m%d}")


@long_task("person_reports.forget")
def forget(payload: Payload, hold: Hold) -> None:
    """Words, names and files of reports whose years are over."""
    forget_reports(hold)
