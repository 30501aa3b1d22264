"""The way of a report: registered, verified, referred or closed (Rules on Handling Reports and Accusations 2020)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.deadlines import selectors as deadlines
from bureau.workflow.declare import Transition, Waiting, Workflow, note, register
from sections.office.letters import keeping
from sections.office.person_reports import enclosing, forms, retention, services
from sections.office.person_reports.choices import CLOSED, Status
from sections.office.person_reports.clocks import ACCEPTANCE, RESULT
from sections.office.person_reports.models import PersonReport
from sections.office.person_reports.notices import tell_of_date, tell_people


def as_it_is(report: PersonReport, data: Mapping[str, Any]) -> str:
    return report.status


def as_found(report: PersonReport, data: Mapping[str, Any]) -> str:
    """Nothing else than a closing: the engine asks again for an empty target."""
    result = str(data.get("result", ""))
    return result if result in CLOSED else ""


TOLD_IN = (Status.REGISTERED, Status.VERIFYING, Status.REFERRED)

TRANSITIONS = (
    Transition(
        "submit",
        _("Send"),
        done_label=_("Received"),
        sources=(),
        target=Status.RECEIVED,
        effect=services.open_report,
        then=enclosing.arrive,
    ),
    Transition(
        "enter",
        _("Enter a report"),
        done_label=_("Entered and registered"),
        sources=(),
        target=Status.REGISTERED,
        effect=services.enter_fields,
        then=services.keep_from_reported,
    ),
    Transition(
        "take_letter",
        _("Take over a letter"),
        done_label=_("Handed over by the letters office"),
        sources=(),
        target=Status.RECEIVED,
        effect=services.open_report,
        then=services.keep_from_reported,
    ),
    Transition(
        "register",
        _("Register"),
        done_label=_("Registered"),
        sources=(Status.RECEIVED,),
        target=Status.REGISTERED,
        form=forms.RegisterForm,
        effect=services.register_report,
        then=services.after_registration,
        style="primary",
    ),
    Transition(
        "tell",
        _("Tell the reporter whether the report is accepted"),
        done_label=_("Reporter told of the acceptance"),
        sources=TOLD_IN,
        target=as_it_is,
        targets=TOLD_IN,
        form=forms.DayForm,
        condition=services.nobody_to_tell,
        effect=services.note_told,
        stops=(ACCEPTANCE,),
    ),
    Transition(
        "verify",
        _("Begin the preliminary verification"),
        done_label=_("Preliminary verification begun"),
        sources=(Status.REGISTERED,),
        target=Status.VERIFYING,
        style="primary",
    ),
    Transition(
        "note",
        _("Add a note"),
        done_label=_("Note added"),
        sources=(Status.VERIFYING,),
        target=Status.VERIFYING,
        verb="verify",
        form=forms.NoteForm,
        effect=services.nothing,
        then=services.write_note,
    ),
    Transition(
        "refer",
        _("Refer to another body"),
        done_label=_("Referred to another body"),
        sources=(Status.REGISTERED, Status.VERIFYING),
        target=Status.REFERRED,
        form=forms.ReferForm,
        effect=services.refer_report,
    ),
    Transition(
        "close",
        _("Close with the result"),
        done_label=pgettext_lazy("report on a person", "Closed"),
        sources=(Status.VERIFYING,),
        target=as_found,
        targets=CLOSED,
        form=forms.CloseForm,
        effect=services.close_report,
        then=services.start_result_clock,
        stops=(ACCEPTANCE,),
        style="primary",
    ),
    Transition(
        "tell_result",
        _("Tell the reporter the result"),
        done_label=_("Reporter told of the result"),
        sources=CLOSED,
        target=as_it_is,
        targets=CLOSED,
        verb="tell",
        form=forms.DayForm,
        condition=services.no_result_to_tell,
        effect=services.note_result_told,
        stops=(RESULT,),
        style="primary",
    ),
    note(
        "keep_longer",
        _("Keep the personal data longer"),
        retention.ENDED,
        done_label=_("Personal data kept longer"),
        form=keeping.KeepForm,
        condition=retention.why_not_kept,
        then=keeping.keep_longer,
        reason="required",
    ),
    Transition(
        "anonymise",
        _("Make anonymous"),
        done_label=_("Personal data deleted"),
        sources=retention.ENDED,
        target=as_it_is,
        targets=retention.ENDED,
        condition=retention.why_not_forgotten,
        effect=retention.forget,
        then=retention.forget_around,
        by_system=True,
    ),
)

NEXT = {Status.RECEIVED: "register", Status.REGISTERED: "verify", Status.VERIFYING: "close"}


def waiting(report: PersonReport) -> Iterator[Waiting]:
    """The discipline unit alone, for what comes next."""
    step = NEXT.get(Status(report.status), "")
    if report.status == Status.REFERRED and report.waits_for_notice:
        step = "tell"
    elif report.waits_for_result:
        step = "tell_result"
    if step:
        yield Waiting(step, unit=report.owner, due=deadlines.earliest_alarm(report))


register(
    Workflow(
        PersonReport,
        TRANSITIONS,
        waiting=waiting,
        # The number and nothing else: the inbox may be read over a shoulder.
        title=lambda report: report.number,
        label=_("Reports on persons"),
        icon="shield",
        tell=tell_people,
        date_moved=tell_of_date,
    )
)
