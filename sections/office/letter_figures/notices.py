"""Who is told of a monthly report."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.notices.kinds import NoticeKind, register
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Transition
from sections.office.letter_figures.models import LetterReport

register(
    NoticeKind("letters.report_drafted", title=_("The report on letters of %(month)s waits for release"))
)


def tell_people(report: LetterReport, transition: Transition, by: Principal) -> None:
    if transition.name == "draft":
        month = report.month.strftime("%Y-%m")
        tell_unit("letters.report_drafted", unit=report.owner, params={"month": month}, record=report)
