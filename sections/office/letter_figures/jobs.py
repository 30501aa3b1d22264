"""The report as PDF: who may ask for it, and where it is kept until it is taken."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.jobs.models import Job
from bureau.jobs.services import start_job
from bureau.sheets.models import ResultFile
from sections.office.letter_figures.models import LetterReport

JOB = "letters.report_pdf"
KIND = "office.letterreport.pdf"


@transaction.atomic
def start(report: LetterReport, *, by: User) -> Job:
    """Raises PermissionDenied."""
    result = ResultFile.objects.create(
        owner=by,
        kind=KIND,
        workspace="desk",
        query=str(report.pk),
        file_name=f"letters-{report.month:%Y-%m}.pdf",
    )
    url = reverse("desk:office:letterreport_pdf_result", args=[report.pk, result.pk])
    title = _("PDF: report on letters of %(month)s") % {"month": report.month.strftime("%Y-%m")}
    return start_job(JOB, by=by, title=title, payload={"report": report.pk, "result": result.pk, "url": url})
