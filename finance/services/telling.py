"""Notices about money; sent in the transaction of the step."""

from __future__ import annotations

from bureau.accounts.principals import Principal
from bureau.money import shown
from bureau.notices.kinds import Params
from bureau.notices.services import tell_unit
from bureau.workflow.declare import Transition
from finance.models import Allocation, Fund
from schools.models import School


def tell_of_allocation(allocation: Allocation, step: Transition, by: Principal) -> None:
    """The school hears of what it gets or loses; the section of a difference."""
    if step.name == "allot":
        tell_of_allotment(allocation)
    elif step.name == "reduce":
        params: Params = {"fund": _named(allocation.fund)}
        tell_unit("finance.reduced", unit=allocation.school.unit, params=params, record=allocation)
    elif step.name == "confirm" and allocation.outstanding:
        params = {"school": _named(allocation.school), "fund": _named(allocation.fund)}
        tell_unit("finance.difference", unit=allocation.fund.kept_by, params=params, record=allocation)


def tell_of_allotment(allocation: Allocation) -> None:
    params: Params = {"amount": shown(allocation.amount), "fund": _named(allocation.fund)}
    tell_unit("finance.allotted", unit=allocation.school.unit, params=params, record=allocation)


def _named(record: Fund | School) -> dict[str, str]:
    """A name for a notice, in both languages."""
    return {"zh": record.name_zh, "en": record.name}
