"""What happens to a report when its status changes. No function here sets a status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.holders import holder_of, why_no_holder
from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC, Principal
from bureau.audit import services as audit
from bureau.charter.models import Unit
from bureau.deadlines import services as deadlines
from bureau.identifiers import codes, series
from bureau.pages.services import save_record
from bureau.workflow import services as workflow
from sections.office.person_reports.accused import digest_of, people_named, who_may_handle
from sections.office.person_reports.capabilities import NAME
from sections.office.person_reports.choices import Channel
from sections.office.person_reports.clocks import ACCEPTANCE, RESULT
from sections.office.person_reports.models import (
    PersonReport,
    ReferralSlip,
    ReportedPerson,
    VerificationNote,
)

CODE_PURPOSE = "person_reports.code"


@dataclass(frozen=True)
class Receipt:
    """What the reporter takes along."""

    report: PersonReport
    code: str


def receipt_code(token: str, stored: str | None = None) -> str:
    """The code of the report sent with a form token: the same token gives the same code again.
    `stored`: the digest of the report's code, which may come from a former key."""
    return codes.derived_code(CODE_PURPOSE, token, stored=stored)


def reissue_code(*, report: PersonReport, by: Principal) -> Receipt:
    """A new code for a reporter who lost the old one; the old one is dead at once."""
    code = codes.new_code()
    changes = {"code_digest": codes.digest(CODE_PURPOSE, code)}
    with transaction.atomic():
        changed = workflow.amend(report, by=by, changes=changes, verb="reissue")
        audit.record("office.personreport.code_replaced", by=by, obj=report)
    return Receipt(changed, code)


# -- beginnings -------------------------------------------------------------------------------------------


def send_report(
    *,
    accused_name: str,
    accused_post: str,
    accused_unit: str,
    subject: str,
    body: str,
    name: str,
    phone: str,
    token: str,
) -> Receipt:
    """A visitor's report. Without a name it is anonymous. The same token twice is one report."""
    report = PersonReport(
        channel=Channel.WEB,
        accused_name=accused_name,
        accused_post=accused_post,
        accused_unit=accused_unit,
        subject=subject,
        body=body,
        reporter_name=name,
        reporter_phone=phone,
    )
    data = {"code": receipt_code(token), "token": token}
    done = workflow.perform(report, "submit", by=PUBLIC, data=data, key=f"person_reports:{token}"[:64])
    return Receipt(done, receipt_code(token, done.code_digest))


def enter_report(*, values: Mapping[str, Any], by: Principal) -> PersonReport:
    """What came by post, in person or by telephone, as the discipline unit writes it down."""
    return workflow.perform(PersonReport(), "enter", by=by, data=values)


def open_report(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    """Number, code, the unit that holds reports: what every new report gets."""
    report.owner = _unit_for(reported_people(report, data))
    report.received_on = data.get("received_on") or timezone.localdate()
    report.is_anonymous = not report.reporter_name
    report.is_by_real_name = bool(report.reporter_name and report.reporter_phone)
    year = report.received_on.year
    report.number = f"R{year}-{series.draw('person_reports', year):06d}"
    report.code_digest = codes.digest(CODE_PURPOSE, data.get("code") or codes.new_code())


def enter_fields(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    for name in ENTERED:
        setattr(report, name, data[name])
    if isinstance(by, User):
        _check_not_kept(by, reported_people(report, data))
    open_report(report, by, data)


ENTERED = (
    "channel",
    "accused_name",
    "accused_post",
    "accused_unit",
    "subject",
    "body",
    "reporter_name",
    "reporter_phone",
    "reporter_address",
)


def _unit_for(accused: Iterable[int]) -> Unit:
    """The unit that takes the report; refuses where everybody in it is reported or works under who is.

    What concerns the head of a discipline body goes to the body above it (Rules 2020, art. 15).
    """
    unit = holder_of(NAME)
    if unit is None:
        raise workflow.Invalid(why_no_holder(NAME))
    if not who_may_handle(unit, accused):
        raise workflow.Invalid(cannot_be_taken())
    return unit


def cannot_be_taken() -> str:
    sentence = _(
        "The discipline unit of the bureau cannot take this report."
        " Send it to the discipline inspection commission of the city, by post or by telephone 12388."
    )
    return f"{sentence} {settings.DISCIPLINE_CONTACT}".strip()


def reported_people(report: PersonReport, data: Mapping[str, Any]) -> set[int]:
    """Accounts of who is reported: by name, as the person who enters it says, as marked on the letter."""
    found = set(people_named(report.accused_name).values_list("pk", flat=True))
    account = data.get("accused_account")
    return found | ({account.pk} if account else set()) | set(data.get("accused", ()))


def _check_not_kept(by: User, named: set[int]) -> None:
    unit = holder_of(NAME)
    if unit is not None and named and by not in who_may_handle(unit, named):
        raise workflow.Invalid(
            _(
                "The report is about you or about the head of your unit. Do not enter it:"
                " pass it on unread in a closed envelope."
            )
        )


def keep_from_reported(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    """After the row is there: from whom it is kept, and the clock of a reporter by real name."""
    _keep_from(report, reported_people(report, data))
    if report.is_by_real_name:
        deadlines.start(ACCEPTANCE, report, by=by, on=report.received_on)


def _keep_from(report: PersonReport, accused: Iterable[int]) -> None:
    for pk in accused:
        ReportedPerson.objects.get_or_create(report=report, person_digest=digest_of(pk))


# -- steps ------------------------------------------------------------------------------------------------


def register_report(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    """The officer has looked at it: is the name real, who exactly is meant."""
    report.is_by_real_name = data["is_by_real_name"] and not report.is_anonymous
    account = data["accused_account"]
    if account is not None and not who_may_handle(report.owner, [account.pk]):
        raise workflow.Invalid(cannot_be_taken(), {"accused_account": [cannot_be_taken()]})


def after_registration(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    if data["accused_account"] is not None:
        _keep_from(report, [data["accused_account"].pk])
    if not report.is_by_real_name:
        deadlines.stop(ACCEPTANCE, report, by=by)
    elif deadlines.open_clock(ACCEPTANCE, report) is None:
        deadlines.start(ACCEPTANCE, report, by=by, on=report.received_on)


def note_told(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    report.told_on = data["on"]


def nobody_to_tell(report: PersonReport, by: Principal) -> str:
    return "" if report.waits_for_notice else _("There is nobody to tell, or it has been done.")


def note_result_told(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    report.result_told_on = data["on"]


def no_result_to_tell(report: PersonReport, by: Principal) -> str:
    return "" if report.waits_for_result else _("There is nobody to tell, or it has been done.")


def write_note(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    if isinstance(by, User):
        VerificationNote.objects.create(report=report, text=data["text"], written_by=by)


def nothing(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    """The note is a row of its own; the report itself stays as it is."""


def refer_report(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    report.referred_to = data["referred_to"]
    report.closed_on = timezone.localdate()


def close_report(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    report.finding = data["finding"]
    report.closed_on = timezone.localdate()


def start_result_clock(report: PersonReport, by: Principal, data: Mapping[str, Any]) -> None:
    if report.is_by_real_name:
        deadlines.start(RESULT, report, by=by, on=report.closed_on)


# -- slips ------------------------------------------------------------------------------------------------


def add_slip(*, received_on: date, sent_on: date, sent_to: str, sheets: int, by: Principal) -> ReferralSlip:
    """A paper report that is sent on unread. Number, days, destination, sheets: nothing else is kept."""
    owner = holder_of("office.letters")
    if owner is None:
        raise workflow.Invalid(why_no_holder("office.letters"))
    with transaction.atomic():
        number = f"Z{sent_on.year}-{series.draw('referral_slips', sent_on.year):06d}"
        slip = ReferralSlip(
            number=number,
            received_on=received_on,
            sent_on=sent_on,
            sent_to=sent_to,
            sheets=sheets,
            owner=owner,
        )
        return save_record(slip, by=by, fields=("number", "received_on", "sent_on", "sent_to", "sheets"))
