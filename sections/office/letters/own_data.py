"""The writer's own data: a copy, a correction, a deletion (Personal Information Protection Law, art. 44 to 50).

What the bureau must keep is kept for the years of the retention rules, whatever is asked; what it need not keep,
e-mail and postal address, goes when the office agrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.principals import Holder
from bureau.deadlines.counting import add_months
from bureau.files.models import Attachment
from bureau.public.own_data import OwnData, register
from bureau.workflow import services as workflow
from sections.office.data_requests.forms import AskAboutDataForm
from sections.office.data_requests.requests import Requests
from sections.office.letters import enclosures, privacy, retention
from sections.office.letters.models import DataRequest, Letter
from sections.office.letters.same_writer import sender_digest

Data = Mapping[str, Any]


# -- asking and replying ----------------------------------------------------------------------------------


def _why_gone(letter: Letter) -> str:
    return _("This letter is no longer kept.") if letter.anonymised_on else ""


def _correct(letter: Letter, field: str, value: str) -> None:
    setattr(letter, f"sender_{field}", value)
    letter.sender_digest = sender_digest(letter.sender_phone)


def _delete(letter: Letter) -> None:
    letter.sender_email = letter.sender_address = ""


REQUESTS = Requests(
    DataRequest,
    "letter",
    why_gone=_why_gone,
    correct=_correct,
    delete=_delete,
    office=lambda letter: cast(Letter, letter).owner,
)


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
        "requests_about_data": REQUESTS.in_copy(letter),
        "privacy_text_of": agreed.text.valid_from if agreed else None,
        "kept": kept(letter),
    }


def _file(row: Attachment, name: str) -> dict[str, Any]:
    return {"name": name, "bytes": row.size, "sha256": row.sha256}


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


def _ask(record: Model, holder: Holder, data: Data) -> None:
    workflow.perform(record, "ask_about_data", by=holder, data=data)


register(
    OwnData(
        Letter,
        phone=lambda record: str(record.sender_phone),
        held=held,
        kept=kept,
        agreed=privacy.agreement_of,
        requests=REQUESTS.for_writer,
        form=AskAboutDataForm,
        promise=gettext_lazy(
            "The Office reads your request and must reply. What the law makes us keep cannot be deleted earlier; your e-mail and postal address can."
        ),
        why_not_asked=REQUESTS.why_not_asked,
        ask=_ask,
    )
)
