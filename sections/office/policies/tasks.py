"""What the calendar does to policy documents."""

from datetime import time

from bureau.jobs.schedule import every
from sections.office.policies.services import follow_calendar


@every(name="policies.calendar", daily_at=time(5, 30))
def follow_policy_calendar() -> None:
    """Expired documents say so; those near their last day become somebody's task."""
    follow_calendar()
