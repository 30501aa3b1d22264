"""Files that a reporter sends along: sealed from the first moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.accounts.principals import Principal
from bureau.public.enclosing import Enclosures
from sections.office.letters.gate import pay_for_file
from sections.office.person_reports import services
from sections.office.person_reports.evidence import EVIDENCE
from sections.office.person_reports.models import PersonReport, ReportDraft

ENCLOSURES = Enclosures(ReportDraft, EVIDENCE, pay_for_file)


def arrive(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    """The report was just created: it is kept from whom it names, and its files move to it. One transaction."""
    services.keep_from_reported(report, by, data)
    ENCLOSURES.hand_over(str(data.get("token", "")), report, by)
