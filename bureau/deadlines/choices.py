from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """In what a period is counted."""

    DAYS = "days", _("calendar days")
    WORKING_DAYS = "working_days", _("working days")
    MONTHS = "months", _("months")
    YEARS = "years", _("years")
    FIXED_DAY = "fixed_day", _("fixed day of a following year")


class DayKind(models.TextChoices):
    """What a holiday notice makes of a day."""

    OFF = "off", _("day off")
    WORK = "work", _("working weekend")


class ClockState(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    STOPPED = "stopped", _("stopped")


class ClockAct(models.TextChoices):
    """What happened to a clock."""

    STARTED = "started", _("started")
    RESTARTED = "restarted", _("started again")
    EXTENDED = "extended", _("extended")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("resumed")
    STOPPED = "stopped", _("stopped")
    MOVED = "moved", _("moved by a change of the calendar or the rule")
