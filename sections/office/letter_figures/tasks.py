"""What happens in the background: the monthly draft, and the PDF."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import YES, Decision, may
from bureau.accounts.models import User
from bureau.jobs.running import Refused, Run
from bureau.jobs.tasks import every, job


def _allowed(owner: User, payload: dict[str, Any]) -> Decision:
    from sections.office.letter_figures.models import LetterReport

    report = LetterReport.objects.filter(pk=payload["report"]).first()
    if report is None or not may(owner, "export", report):
        return Decision(False, _("Your role may look at this report, but not take it away as a file."))
    return YES


@job("letters.report_pdf", label=gettext_lazy("report as PDF"), check=_allowed)
def make_pdf(run: Run) -> dict[str, Any]:
    from bureau.sheets.models import ResultFile
    from bureau.sheets.results import store
    from sections.office.letter_figures import pdf
    from sections.office.letter_figures.models import LetterReport

    result = ResultFile.objects.get(pk=run.payload["result"])
    try:
        content = pdf.content(LetterReport.objects.select_related("owner").get(pk=run.payload["report"]))
    except pdf.NoFont as fault:
        result.delete()
        raise Refused(str(fault)) from fault
    with run.batch():
        store(result, [content])
        run.advance(1, 1)
    return {"url": run.payload["url"]}


@every(name="letters.monthly_report", daily_at=time(6, 40))
def draft_last_month() -> None:
    """On the first working day of a month, or as soon after it as the machine runs."""
    from bureau.deadlines.calendar import next_working_day
    from sections.office.letter_figures.counting import first_of_month, month_before
    from sections.office.letter_figures.models import LetterReport
    from sections.office.letter_figures.services import DRAFTER, draft_report

    today = timezone.localdate()
    month = month_before(today)
    is_time = today >= next_working_day(first_of_month(today)).day
    if is_time and not LetterReport.objects.filter(month=month).exists():
        draft_report(month=month, by=DRAFTER)
