"""Who is told what when a report moves: those in the unit who may see it, by its number alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.deadlines.models import ClockEvent
from bureau.notices.kinds import NoticeKind, register
from bureau.notices.services import tell
from bureau.workflow.declare import Transition
from sections.office.person_reports.accused import staff_of
from sections.office.person_reports.models import PersonReport

# On the site only: no mail and no SMS says that there is such a report.
register(NoticeKind("person_reports.received", title=_("New report %(number)s"), email=False))
register(
    NoticeKind(
        "person_reports.date_moved", title=_("The date for report %(number)s moved to %(day)s"), email=False
    )
)

register(
    NoticeKind(
        "person_reports.retention",
        title=_("%(count)s reports lose every word of theirs from %(day)s: keep what must be kept"),
        email=False,
    )
)

TOLD = {"submit": "person_reports.received", "take_letter": "person_reports.received"}


def tell_people(report: PersonReport, transition: Transition, by: Principal) -> None:
    kind = TOLD.get(transition.name)
    if kind is not None:
        _tell(kind, report, {"number": report.number})


def tell_of_date(report: PersonReport, event: ClockEvent) -> None:
    if event.new_due_on is not None:
        _tell("person_reports.date_moved", report, {"number": report.number, "day": event.new_due_on})


def _tell(kind: str, report: PersonReport, params: dict[str, object]) -> None:
    """Not the whole unit: who is reported, or works under that person, hears nothing."""
    people = [
        person
        for person in staff_of(report.owner)
        if permitted(person, "view", PersonReport).filter(pk=report.pk).exists()
    ]
    tell(kind, to=people, params=params, record=report, on_site_only=True)  # type: ignore[arg-type]
