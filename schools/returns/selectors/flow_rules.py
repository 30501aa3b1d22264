"""The rule that is in force, and the days that follow from it."""

from __future__ import annotations

from datetime import date

from bureau.deadlines.calendar import add_working_days
from schools.returns.models import FlowRule


def rule_on(day: date) -> FlowRule:
    """The rule in force on a day; where none is loaded, the one that the portal comes with."""
    return FlowRule.objects.filter(valid_from__lte=day).order_by("-valid_from").first() or FlowRule()


def district_due(sent_on: date) -> date:
    return add_working_days(sent_on, rule_on(sent_on).district_days).day


def review_due(since: date) -> date:
    return add_working_days(since, rule_on(since).review_days).day


def correction_due(today: date) -> date:
    """The day that the form for sending back proposes."""
    return add_working_days(today, rule_on(today).correction_days).day
