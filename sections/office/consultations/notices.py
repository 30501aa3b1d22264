"""What the section that drafts hears of its consultation, and the office of its senders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.charter.capabilities import SECTION_OFFICERS
from bureau.notices.kinds import NoticeKind, register
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Transition
from sections.office.consultations.models import Opinion
from sections.office.consultations.own_data import office

register(NoticeKind("consultations.opinions", title=_("New opinions on “%(title)s”: %(count)s")))
register(
    NoticeKind(
        "consultations.data_requested", title=_("The sender of opinion %(number)s asks about personal data")
    )
)


def tell_office(opinion: Opinion, transition: Transition, by: Principal) -> None:
    """The number alone, to those who may reply."""
    if transition.name == "ask_about_data":
        tell_unit(
            "consultations.data_requested",
            unit=office(opinion),
            roles=SECTION_OFFICERS,
            params={"number": opinion.number},
            record=opinion,
        )
