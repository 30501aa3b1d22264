"""What is held of who sent an opinion: a copy, a correction, a deletion.

What was said of the draft stays with its result; name and telephone need not, and go when the office agrees, or by
themselves some time after the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.principals import Holder
from bureau.charter.models import Unit
from bureau.charter.selectors import holders
from bureau.files.keeping import remove_with
from bureau.files.models import Attachment
from bureau.public.own_data import OwnData, register
from bureau.workflow import services as workflow
from sections.office.consultations.capabilities import NAME
from sections.office.consultations.choices import IN_WORK
from sections.office.consultations.forms import AskAboutOpinionForm
from sections.office.consultations.models import Opinion, OpinionDataRequest
from sections.office.data_requests.requests import Requests
from sections.office.letters import privacy


def _why_gone(opinion: Opinion) -> str:
    return kept(opinion) if opinion.consultation.identities_forgotten_on else ""


def _correct(opinion: Opinion, field: str, value: str) -> None:
    setattr(opinion, field, value)


def _delete(opinion: Opinion) -> None:
    """Files are part of what was said while it is considered; after the result nobody needs them."""
    opinion.name = opinion.phone = ""
    if opinion.consultation.status not in IN_WORK:
        remove_with(opinion)


def office(opinion: Opinion) -> Unit:
    """Who holds consultations may see who sent an opinion, and replies."""
    return holders(NAME).first() or opinion.consultation.owner


REQUESTS = Requests(
    OpinionDataRequest, "opinion", why_gone=_why_gone, correct=_correct, delete=_delete, office=office
)


def forget(opinion: Opinion) -> None:
    """What was asked goes with name and telephone. A request still open stays to be replied to, without its words."""
    REQUESTS.of(opinion).exclude(replied_on=None).delete()
    REQUESTS.of(opinion).update(value="", text="")


def held(opinion: Opinion, holder: Holder) -> dict[str, Any]:
    agreed = privacy.agreement_of(opinion)
    files = Attachment.objects.of(opinion).in_force()
    return {
        "number": opinion.number,
        "received_on": opinion.received_on,
        "status": opinion.get_status_display(),
        "sent_by": opinion.get_sender_display(),
        "name": opinion.name,
        "phone": opinion.phone,
        "draft": opinion.consultation.label,
        "about": opinion.about,
        "text": opinion.body,
        "files": [{"name": one.name, "bytes": one.size, "sha256": one.sha256} for one in files],
        "requests_about_data": REQUESTS.in_copy(opinion),
        "privacy_text_of": agreed.text.valid_from if agreed else None,
        "kept": kept(opinion),
    }


def kept(opinion: Opinion) -> str:
    day = opinion.consultation.identities_forgotten_on
    if day:
        return _("Name, phone number and files were deleted on %(day)s.") % {"day": day.isoformat()}
    return _("Name, phone number and files go some time after the result. What was said stays with it.")


def _ask(opinion: Any, holder: Holder, data: Mapping[str, Any]) -> None:
    workflow.perform(opinion, "ask_about_data", by=holder, data=data)


register(
    OwnData(
        Opinion,
        phone=lambda opinion: str(opinion.phone),
        held=held,
        kept=kept,
        agreed=privacy.agreement_of,
        requests=REQUESTS.for_writer,
        form=AskAboutOpinionForm,
        promise=gettext_lazy(
            "The Office reads your request and must reply. Name and phone number can be deleted at once. What you said stays with the draft; files stay with it until the result."
        ),
        why_not_asked=REQUESTS.why_not_asked,
        ask=_ask,
    )
)
