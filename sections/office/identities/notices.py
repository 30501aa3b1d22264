"""Who is told of a request. Notices carry the letter's number alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.charter.choices import Role
from bureau.notices.kinds import NoticeKind, register
from bureau.notices.services import tell, tell_unit
from bureau.workflow.declare import Transition
from sections.office.identities.models import IdentityRequest

register(NoticeKind("identities.asked", title=_("Somebody asks to see who wrote letter %(number)s")))
register(NoticeKind("identities.approve", title=_("You may see who wrote letter %(number)s")))
register(NoticeKind("identities.decline", title=_("You may not see who wrote letter %(number)s")))


def tell_people(request: IdentityRequest, transition: Transition, by: Principal) -> None:
    params = {"number": request.letter.number}
    if transition.creates:
        owner = request.letter.owner
        tell_unit("identities.asked", unit=owner, roles=[Role.CHIEF], params=params, record=request.letter)
    elif transition.name in ("approve", "decline"):
        tell(f"identities.{transition.name}", to=[request.asked_by], params=params, record=request)
