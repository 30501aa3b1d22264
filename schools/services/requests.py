"""A school asks for another value of a field that its section owns; the section decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.proposals.services import check_reason, overtaken, refuse_second
from bureau.workflow.declare import Data
from bureau.workflow.refusals import Invalid
from bureau.workflow.services import perform
from schools.choices import ChangeSource, Opinion, RequestStatus
from schools.models import ChangeRequest, School
from schools.selectors.fields import parsed, raw, to_raw
from schools.selectors.remits import deciding_section, reviewed_by
from schools.services.values import apply_values, refuse_duplicates

OPEN = (RequestStatus.REVIEW, RequestStatus.OPEN)


def propose_changes(
    *, school: School, values: Mapping[str, Any], by: Principal, reason: str
) -> list[ChangeRequest]:
    """One request per field. Raises Invalid for a missing reason, a bad value or one asked for already."""
    if not values:
        return []
    check_reason(reason)
    _check_values(school, values)
    return [_propose(school, name, value, by, reason) for name, value in values.items()]


def _propose(school: School, name: str, value: Any, by: Principal, reason: str) -> ChangeRequest:
    new = to_raw(value)
    refuse_second(ChangeRequest.objects.filter(school=school, field=name, status__in=OPEN), at=name)
    request = ChangeRequest(school=school, field=name, old=raw(school, name), new=new, reason=reason)
    return perform(request, "propose", by=by)


def address(request: ChangeRequest, by: Principal, data: Data) -> None:
    """Effect of `propose`: who asks, which district reviews, which section decides. Raises Invalid."""
    section = deciding_section(request.school)
    if section is None:
        raise Invalid(_("No section keeps the records of schools like this one at present. Call the bureau."))
    if isinstance(by, User):
        request.requested_by = by
    request.deciding_unit = section
    manager = request.school.managed_by
    request.reviewing_unit = manager if manager.kind == UnitKind.DISTRICT else None
    if isinstance(by, User) and reviewed_by(by).filter(pk=request.school_id).exists():
        request.opinion = Opinion.SUPPORTS  # the district asks itself: there is nothing left to review


def has_moved_on(request: ChangeRequest, by: Principal) -> str:
    """Condition of `accept`: the sentence why a request can no longer be accepted; "" where it can."""
    return overtaken(raw(request.school, request.field), request.old)


def carry_out(request: ChangeRequest, by: Principal, data: Data) -> None:
    """After `accept`: the value is written to the school record, with the right of whoever accepts."""
    school = School.objects.select_for_update(of=("self",)).get(pk=request.school_id)
    request.school = school
    refusal = has_moved_on(request, by)
    if refusal:
        raise Invalid(refusal)
    values = {request.field: parsed(request.field, request.new)}
    apply_values(school, values, by=by, source=ChangeSource.REQUEST, reason=request.reason)


def _check_values(school: School, values: Mapping[str, Any]) -> None:
    """Refuse at once what could never be accepted."""
    refuse_duplicates(school, values)
    wanted = School.objects.get(pk=school.pk)
    for name, value in values.items():
        setattr(wanted, name, value)
    try:
        wanted.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise Invalid.of(error) from error
