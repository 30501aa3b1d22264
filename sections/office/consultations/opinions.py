"""What happens to an opinion: sent, grouped, set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, Principal
from bureau.identifiers import codes, series
from bureau.workflow.items import refresh
from bureau.workflow.refusals import Invalid
from bureau.workflow.services import perform
from sections.office.consultations.choices import IN_WORK, Status
from sections.office.consultations.models import Consultation, Opinion, OpinionGroup

Data = Mapping[str, Any]
CODE_PURPOSE = "consultations.opinion"
SENT = ("consultation", "sender", "name", "phone", "about", "body")


@dataclass(frozen=True)
class Receipt:
    """What the sender takes along."""

    opinion: Opinion
    code: str


def send_opinion(*, consultation: Consultation, values: Data, token: str) -> Receipt:
    """A visitor's opinion. The same token twice is one opinion. Raises a Refusal once the consultation is closed."""
    code = codes.derived_code(CODE_PURPOSE, token)
    opinion = Opinion(consultation=consultation)
    data = {**values, "code": code, "token": token}
    done = perform(opinion, "submit", by=PUBLIC, data=data, key=f"opinions:{token}"[:64])
    return Receipt(done, codes.derived_code(CODE_PURPOSE, token, stored=done.code_digest))


def open_opinion(opinion: Opinion, by: Principal, data: Data) -> None:
    consultation = permitted(PUBLIC, "view", Consultation).filter(pk=opinion.consultation_id).first()
    if consultation is None or not consultation.takes_opinions:
        raise Invalid(_("This consultation is closed. No opinion can be sent any more."))
    for name in SENT:
        if name in data:
            setattr(opinion, name, data[name])
    opinion.received_on = timezone.localdate()
    year = opinion.received_on.year
    opinion.number = f"Y{year}-{series.draw('opinions', year):06d}"
    opinion.code_digest = codes.digest(CODE_PURPOSE, data["code"])


def is_concluded(opinion: Opinion, by: Principal) -> str:
    """Why nothing is grouped any more."""
    if opinion.consultation.status in IN_WORK:
        return ""
    return _("The result has been published; its opinions stay as they are.")


def sort(opinion: Opinion, by: Principal, data: Data) -> None:
    """Under a point that is there, or a new one."""
    point, title = data.get("group"), str(data.get("new_point") or "").strip()
    if point is None and not title:
        sentence = _("Choose a point, or write a new one.")
        raise Invalid(sentence, {"new_point": [sentence]})
    if point is not None and point.consultation_id != opinion.consultation_id:
        raise Invalid(_("This point belongs to another consultation."))
    if point is None:
        point, _created = OpinionGroup.objects.get_or_create(
            consultation=opinion.consultation, title_zh=title[:200]
        )
    opinion.group = point


def set_aside(opinion: Opinion, by: Principal, data: Data) -> None:
    """It says nothing of the draft; the sender reads the reason."""
    opinion.group = None


def follow(opinion: Opinion, by: Principal, data: Data) -> None:
    """When the last one is grouped, nobody is asked to group any more."""
    if opinion.consultation.status == Status.CLOSED:
        refresh(opinion.consultation)
