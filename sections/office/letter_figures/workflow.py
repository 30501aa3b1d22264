"""The way of a monthly report: counted, remarked on, released."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition, Waiting, Workflow, register
from sections.office.letter_figures import services
from sections.office.letter_figures.choices import ReportStatus
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.notices import tell_people

TRANSITIONS = (
    Transition(
        "draft",
        _("Draft the report"),
        done_label=_("Figures counted"),
        sources=(),
        target=ReportStatus.DRAFTED,
        effect=services.count_month,
    ),
    Transition(
        "release",
        _("Release"),
        done_label=_("Released"),
        sources=(ReportStatus.DRAFTED,),
        target=ReportStatus.RELEASED,
        verb="release_report",
        effect=services.release_report,
        confirm=_(
            "The summary appears on the public pages at once. A released report is never changed; "
            "later differences are explained beside it."
        ),
        style="primary",
    ),
)


def waiting(report: LetterReport) -> Iterator[Waiting]:
    if report.status == ReportStatus.DRAFTED:
        yield Waiting("release", unit=report.owner)


register(
    Workflow(
        LetterReport,
        TRANSITIONS,
        waiting=waiting,
        title=str,
        label=_("Monthly reports"),
        icon="chart",
        tell=tell_people,
    )
)
