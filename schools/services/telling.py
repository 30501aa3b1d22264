"""Notices about change requests and confirmations; sent in the transaction of the step."""

from __future__ import annotations

from bureau.accounts.principals import Principal
from bureau.notices.kinds import Params
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Transition
from schools.choices import RequestStatus
from schools.models import ChangeRequest, Confirmation, School


def name_of(school: School) -> dict[str, str]:
    """A school's name for a notice, in both languages."""
    return {"zh": school.name_zh, "en": school.name}


def tell_of_request(request: ChangeRequest, step: Transition, by: Principal) -> None:
    """The unit whose turn it is, or the school once it is decided."""
    params: Params = {"school": name_of(request.school)}
    if request.status == RequestStatus.REVIEW and request.reviewing_unit is not None:
        tell_unit("schools.request_made", unit=request.reviewing_unit, params=params, record=request)
    elif request.status == RequestStatus.OPEN:
        tell_unit("schools.request_made", unit=request.deciding_unit, params=params, record=request)
    elif request.status in (RequestStatus.ACCEPTED, RequestStatus.REFUSED):
        tell_unit(
            f"schools.request_{request.status}", unit=request.school.unit, params=params, record=request
        )


def tell_of_confirmation(row: Confirmation, step: Transition, by: Principal) -> None:
    if step.name == "ask":
        params: Params = {"school": name_of(row.school), "due": row.due_on}
        tell_unit("schools.confirmation_asked", unit=row.school.unit, params=params, record=row)
