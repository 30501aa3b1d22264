"""Reads over reports on persons. What leaves the unit is one number per month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from bureau.charter.models import Unit
from bureau.charter.selectors import holders
from sections.office.person_reports.accused import staff_of
from sections.office.person_reports.capabilities import NAME
from sections.office.person_reports.models import PersonReport


@dataclass(frozen=True)
class MonthCount:
    """`month`: its first day."""

    month: date
    count: int


def count_by_month(*, since: date | None = None, until: date | None = None) -> list[MonthCount]:
    """How many reports came in each month: no kind, no unit, no name. Both days included."""
    rows = PersonReport.objects.order_by()
    if since is not None:
        rows = rows.filter(received_on__gte=since)
    if until is not None:
        rows = rows.filter(received_on__lte=until)
    counted = rows.annotate(month=TruncMonth("received_on")).values("month").annotate(count=Count("pk"))
    return [MonthCount(row["month"], row["count"]) for row in counted.order_by("month")]


def unit_that_takes_reports() -> Unit | None:
    """The discipline unit, where the chart has one and somebody works in it."""
    unit = holders(NAME).first()
    return unit if unit is not None and staff_of(unit) else None
