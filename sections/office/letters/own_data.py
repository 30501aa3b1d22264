"""The writer's own data: a copy, a correction, a deletion (Personal Information Protection Law, art. 44 to 50).

What the bureau must keep is kept for the years of the retention rules, whatever is asked; what it need not keep,
e-mail and postal address, goes when the office agrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.accounts.principals import Holder, Principal
from bureau.deadlines.counting import add_months
from bureau.deadlines.selectors import open_clock
from bureau.files.models import Attachment
from bureau.public.own_data import OwnData, register
from bureau.workflow import services as workflow
from bureau.workflow.declare import Waiting
from sections.office.letters import enclosures, privacy, retention
from sections.office.letters.choices import DataDecision, DataField, DataWish
from sections.office.letters.clocks import DATA_REQUEST
from sections.office.letters.models import DataRequest, Letter
from sections.office.letters.own_data_forms import AskAboutDataForm
from sections.office.letters.same_writer import sender_digest

Data = Mapping[str, Any]


# -- asking and replying ----------------------------------------------------------------------------------


def open_request(letter: Letter) -> DataRequest | None:
    return DataRequest.objects.filter(letter=letter, replied_on=None).first()


def why_not_asked(letter: Letter, by: Principal) -> str:
    if letter.anonymised_on:
        return _("This letter is no longer kept.")
    if open_request(letter) is not None:
        return _("The office has your request and must reply to it.")
    if letter.data_requests.count() >= settings.LETTERS_DATA_REQUESTS:
        return _("You have asked as often as is possible here. Call us instead.")
    return ""


def raise_request(letter: Letter, by: Principal, data: Data) -> None:
    row = DataRequest(letter=letter, asked_on=timezone.localdate())
    for name in ("wish", "field", "value", "text"):
        setattr(row, name, data.get(name, ""))
    row.full_clean()
    row.save()


def why_no_reply(letter: Letter, by: Principal) -> str:
    return "" if open_request(letter) else _("There is no open request about personal data.")


def do_as_asked(letter: Letter, by: Principal, data: Data) -> None:
    """Where the office agrees: the right value goes into the letter, or what need not be kept goes out of it."""
    row = DataRequest.objects.select_for_update().get(letter=letter, replied_on=None)
    if data["decision"] != DataDecision.GRANTED or letter.anonymised_on:
        return
    if row.wish == DataWish.DELETE:
        letter.sender_email = letter.sender_address = ""
    elif row.field != DataField.OTHER:
        setattr(letter, f"sender_{row.field}", row.value)
        letter.sender_digest = sender_digest(letter.sender_phone)


def write_reply(letter: Letter, by: Principal, data: Data) -> None:
    row = DataRequest.objects.get(letter=letter, replied_on=None)
    row.decision, row.reply, row.replied_on = data["decision"], data["reply"], timezone.localdate()
    row.replied_by = by if isinstance(by, User) else None
    row.full_clean()
    row.save()


def waits_for_reply(letter: Letter) -> Iterator[Waiting]:
    if open_request(letter) is not None:
        clock = open_clock(DATA_REQUEST, letter)
        yield Waiting("reply_about_data", unit=letter.owner, due=clock.alarm_on if clock else None)


# -- on the desk ------------------------------------------------------------------------------------------


def requests_on_desk(letter: Letter, by: Principal) -> Mapping[str, Any]:
    return {"rows": permitted(by, "view", DataRequest).filter(letter=letter)}


def has_requests(letter: Letter, by: Principal) -> bool:
    return permitted(by, "view", DataRequest).filter(letter=letter).exists()


# -- on the public page -----------------------------------------------------------------------------------


def held(record: Model, holder: Holder) -> dict[str, Any]:
    """What the bureau holds of the writer: what he or she sent, was told, agreed to and asked."""
    letter = cast(Letter, record)
    agreed = privacy.agreement_of(letter)
    return {
        "number": letter.number,
        "received_on": letter.received_on,
        "kind": letter.get_kind_display(),
        "status": letter.get_status_display(),
        "name": letter.sender_name,
        "phone": letter.sender_phone,
        "email": letter.sender_email,
        "address": letter.sender_address,
        "about_the_school": letter.school.label if letter.school else "",
        "subject": letter.title,
        "text": letter.body,
        "added": [{"at": one.at, "text": one.body} for one in letter.additions.all()],
        "files": [_file(row, name) for row, name in enclosures.with_names(letter)],
        "answer_may_be_published": letter.may_be_published,
        "answered_on": letter.answered_on,
        "rating": letter.rating,
        "rating_comment": letter.rating_comment,
        "solved": letter.get_solved_display(),
        "objections": [{"on": one.on, "text": one.text, "reply": one.reply} for one in letter.disputes.all()],
        "requests_about_data": [_request(row) for row in letter.data_requests.all()],
        "privacy_text_of": agreed.text.valid_from if agreed else None,
        "kept": kept(letter),
    }


def _file(row: Attachment, name: str) -> dict[str, Any]:
    return {"name": name, "bytes": row.size, "sha256": row.sha256}


def _request(row: DataRequest) -> dict[str, Any]:
    names = ("asked_on", "wish", "field", "value", "text", "decision", "reply", "replied_on")
    return {name: getattr(row, name) for name in names}


def kept(record: Model) -> str:
    """Until when, in a sentence: the retention rule is stronger than a wish to delete."""
    letter = cast(Letter, record)
    if letter.anonymised_on:
        return _("Your personal data were deleted on %(day)s.") % {"day": letter.anonymised_on.isoformat()}
    rule = retention.rules_today(timezone.localdate()).get(letter.kind)
    if rule is None:
        return _("No day is set yet on which your name and your letter are deleted.")
    if letter.closed_on is None:
        return _(
            "Your name and your letter must be kept for %(years)d years after it is closed. Then they go."
        ) % {"years": rule.years}
    day = add_months(letter.closed_on, 12 * rule.years)[0]
    return _("Your name and your letter must be kept until %(day)s. Then they go.") % {"day": day.isoformat()}


def requests_for_writer(letter: Letter) -> list[DataRequest]:
    """Each with `due`, the day until which the office must reply, while it has not."""
    found = list(letter.data_requests.all())
    clock = open_clock(DATA_REQUEST, letter)
    for row in found:
        row.due = clock.due_on if clock and row.replied_on is None else None
    return found


def _ask(record: Model, holder: Holder, data: Data) -> None:
    workflow.perform(record, "ask_about_data", by=holder, data=data)


register(
    OwnData(
        Letter,
        phone=lambda record: str(record.sender_phone),
        held=held,
        kept=kept,
        agreed=privacy.agreement_of,
        requests=requests_for_writer,
        form=AskAboutDataForm,
        why_not_asked=why_not_asked,
        ask=_ask,
    )
)
