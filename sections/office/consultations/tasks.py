"""What the calendar does to consultations."""

from datetime import time

from bureau.jobs.schedule import every
from sections.office.consultations.enclosing import ENCLOSURES
from sections.office.consultations.services import follow_calendar


@every(name="consultations.calendar", daily_at=time(0, 20))
def follow_consultation_calendar() -> None:
    """Those past their last day are closed; senders are forgotten in time."""
    follow_calendar()


@every(name="consultations.outdated_files", minutes=60)
def delete_outdated_files() -> None:
    """Files of opinions that were never sent, when their hours are over."""
    while ENCLOSURES.delete_outdated():
        pass
