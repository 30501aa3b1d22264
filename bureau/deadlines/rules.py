"""Who may see and change the calendar and the clock rules. Clocks are read through their record."""

from bureau.access.policies import Ground, register
from bureau.deadlines.models import CalendarDay, CalendarYear, ClockRule

VERBS = {"view": "calendar.view", "add": "calendar.import", "change": "calendar.import"}

register(Ground(CalendarYear, verbs=VERBS))
register(Ground(CalendarDay, verbs=VERBS))
register(Ground(ClockRule, verbs=VERBS))
