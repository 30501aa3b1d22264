"""How long a closed report is kept, and how it goes: every word of it, with its files and whom it is kept from.

The years stand in the table of rules for letters. The unit is warned first, by a number of reports and no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal, System
from bureau.charter.models import Unit
from bureau.deadlines.models import ClockEvent
from bureau.files.keeping import remove_with
from bureau.notices.services import tell_unit
from bureau.workflow import services as workflow
from bureau.workflow.models import HistoryEntry
from sections.office.letters import keeping
from sections.office.letters.choices import PERSON_REPORT
from sections.office.letters.models import RetentionRule
from sections.office.letters.retention import NOTHING_LEFT, latest_closing
from sections.office.person_reports.choices import CLOSED, Status
from sections.office.person_reports.models import PersonReport, ReportRetentionNotice

KEEPER = System("person_reports.retention", frozenset({"office.personreport.anonymise"}))
ENDED = (*CLOSED, Status.REFERRED)
NEEDED = ("accused_name", "subject", "body")
OTHERS = (
    "reporter_name",
    "reporter_phone",
    "reporter_address",
    "accused_post",
    "accused_unit",
    "letter_number",
    "referred_to",
    "finding",
)


def rule_today(today: date) -> RetentionRule | None:
    """Reports follow a rule of their own; without one they are kept."""
    rows = RetentionRule.objects.filter(kind=PERSON_REPORT, valid_from__lte=today)
    return rows.order_by("-valid_from").first()


def _over(until: date) -> QuerySet[PersonReport]:
    """Closed on this day or earlier, and not forgotten yet."""
    rows = PersonReport.objects.filter(status__in=ENDED, closed_on__lte=until)
    return rows.exclude(retention_notice__forgotten_on__isnull=False).order_by("closed_on", "pk")


def warn_units() -> int:
    """Tell each unit how many reports come up, once per report; how many reports."""
    today = timezone.localdate()
    rule = rule_today(today)
    if rule is None:
        return 0
    due = today + timedelta(days=settings.RETENTION_WARNING_DAYS)
    with transaction.atomic():
        fresh = list(
            _over(latest_closing(rule, due)).filter(retention_notice=None)[: settings.LETTERS_PER_RUN]
        )
        ReportRetentionNotice.objects.bulk_create(
            ReportRetentionNotice(report=report, warned_on=today, due_on=due) for report in fresh
        )
        _tell(Counter(report.owner_id for report in fresh), due)
        again = list(keeping.to_warn_again(_kept(), today))
        for row in again:
            keeping.warned_again(row, today)
            _tell(Counter([row.report.owner_id]), row.due_on)
    return len(fresh) + len(again)


def _kept() -> QuerySet[ReportRetentionNotice]:
    return ReportRetentionNotice.objects.filter(forgotten_on=None).select_related("report")


def _tell(counted: Mapping[int, int], day: date) -> None:
    """No number of a report: it may be about somebody of the unit."""
    units = Unit.objects.in_bulk(list(counted))
    for pk, count in counted.items():
        tell_unit("person_reports.retention", unit=units[pk], params={"count": count, "day": day})


def forget_reports(hold: Callable[[], None]) -> int:
    """One transaction per report: killed in between, the next run goes on with the rest."""
    today = timezone.localdate()
    rule = rule_today(today)
    if rule is None:
        return 0
    due = _over(latest_closing(rule, today)).filter(retention_notice__due_on__lte=today)
    count = 0
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            hold()
            report = PersonReport.objects.select_for_update(of=("self",)).get(pk=pk)
            if not is_forgotten(report):
                workflow.perform(report, "anonymise", by=KEEPER)
                count += 1
    return count


def is_forgotten(report: PersonReport) -> bool:
    row = keeping.notice_of(report)
    return isinstance(row, ReportRetentionNotice) and row.forgotten_on is not None


def why_not_forgotten(report: PersonReport, by: Principal) -> str:
    return _("The words of this report are gone already.") if is_forgotten(report) else ""


def why_not_kept(report: PersonReport, by: Principal) -> str:
    return why_not_forgotten(report, by) or keeping.why_not_kept(report, by)


def forget(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    for name in NEEDED:
        setattr(report, name, NOTHING_LEFT)
    for name in OTHERS:
        setattr(report, name, "")


def forget_around(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    """Files, notes, reasons; and who is named in it, as nothing is left to be kept from them."""
    remove_with(report)
    report.notes.update(text=NOTHING_LEFT)
    report.kept_from.all().delete()
    label = PersonReport._meta.label_lower
    lines = HistoryEntry.objects.filter(kind=label, object_id=report.pk)
    lines.exclude(reason="").update(reason=NOTHING_LEFT)
    moves = ClockEvent.objects.filter(clock__object_kind=label, clock__object_id=report.pk)
    moves.exclude(reason="").update(reason=NOTHING_LEFT)
    ReportRetentionNotice.objects.filter(report=report).update(forgotten_on=timezone.localdate())
