"""Files with a report: under its number, because what a file is called may say who sent it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.files.kinds import AttachmentKind, declare
from bureau.public.enclosing import while_waiting
from sections.office.person_reports.choices import OPEN
from sections.office.person_reports.models import PersonReport, ReportDraft

EVIDENCE = "evidence"


def is_closed(report: PersonReport) -> str:
    return "" if report.status in OPEN else str(_("The report is closed; its files stay as they are."))


# The unit itself may add every type.
FILES = AttachmentKind(
    EVIDENCE,
    _("Evidence"),
    max_count=30,
    add="register",
    personal=True,
    sealed=True,
    locked=is_closed,
    renamed=lambda report, place: f"{report.number}-{place}",
)

declare(ReportDraft, (while_waiting(EVIDENCE, _("Evidence"), sealed=True),))
