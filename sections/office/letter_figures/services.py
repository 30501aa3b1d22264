"""What happens to a monthly report. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.holders import holder_of, why_no_holder
from bureau.accounts.principals import Principal, System
from bureau.charter.choices import UnitKind
from bureau.workflow import services as workflow
from sections.office.letter_figures import snapshots
from sections.office.letter_figures.counting import first_of_month, whole_month
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.selectors import figures
from sections.office.letters.models import Accused

# The report is the same for all its readers, whoever drafts it.
COUNTER = System("letter figures", frozenset({"office.letter.view"}))
DRAFTER = System("letter report", frozenset({"office.letterreport.add"}))


def told_to_all(at: datetime) -> Q:
    """Letters whose existence every reader of a report may know.

    Those recorded by then as being about the bureau itself or somebody in it are left out: whoever is kept from
    such a letter would miss it in his own figures, and so learn of it.
    """
    inside = (UnitKind.SECTION, UnitKind.BUREAU)
    about_us = Accused.objects.filter(added_at__lte=at).filter(
        Q(unit__kind__in=inside) | Q(user__memberships__unit__kind__in=inside)
    )
    return ~Q(pk__in=about_us.values("letter_id"))


def draft_report(*, month: date, by: Principal) -> LetterReport:
    """The figures of a month that has ended, counted now and kept."""
    return workflow.perform(LetterReport(), "draft", by=by, data={"month": month})


def count_month(report: LetterReport, by: Principal, data: Mapping[str, Any]) -> None:
    month = first_of_month(data["month"])
    if month >= first_of_month(timezone.localdate()):
        raise workflow.Invalid(
            _("This month has not ended yet."), {"month": [_("Choose a month that is over.")]}
        )
    owner = holder_of("office.letters")
    if owner is None:
        raise workflow.Invalid(why_no_holder("office.letters"))
    report.owner = owner
    report.month = month
    report.counted_at = timezone.now()
    found = figures(COUNTER, whole_month(month), told_to_all(report.counted_at), by_month=False)
    report.figures = snapshots.stored(found)
    report.remarks = data.get("remarks", "")


def release_report(report: LetterReport, by: Principal, data: Mapping[str, Any]) -> None:
    report.released_on = timezone.localdate()
    report.released_by = by.audit_name[:100]
    report.seal = report.fingerprint()
