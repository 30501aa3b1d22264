"""Who is told. Notices carry the number of the request, never that of the letter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.notices.kinds import NoticeKind, register
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Transition
from sections.office.explanations.models import Explanation

register(NoticeKind("explanations.send", title=_("You are asked for an explanation: %(number)s")))
register(NoticeKind("explanations.ask_again", title=_("Something is missing in explanation %(number)s")))
register(NoticeKind("explanations.answer", title=_("Explanation %(number)s has come in")))
register(NoticeKind("explanations.cancel", title=_("Explanation %(number)s is no longer needed")))

# Transition → which unit is told.
TOLD = {"send": "recipient", "ask_again": "recipient", "answer": "owner", "cancel": "recipient"}


def tell_people(explanation: Explanation, transition: Transition, by: Principal) -> None:
    field = TOLD.get(transition.name)
    if field is None or explanation.sent_on is None:
        return
    tell_unit(
        f"explanations.{transition.name}",
        unit=getattr(explanation, field),
        params={"number": explanation.number},
        record=explanation,
    )
