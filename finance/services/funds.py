"""The life of a fund: entered, in use, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.holders import holder_of, why_no_holder
from bureau.access.remits import apply_remits
from bureau.accounts.principals import Principal
from bureau.identifiers.series import draw
from bureau.money import shown
from bureau.search.services import index_records
from bureau.workflow.declare import Data
from bureau.workflow.refusals import Invalid, WrongState
from bureau.workflow.rights import right_to
from bureau.workflow.services import amend, draw_items, take_over
from finance.choices import FundStatus
from finance.models import Fund
from finance.services.balances import refuse

CAPABILITY = "finance.funds"


def register_fund(fund: Fund, by: Principal, data: Data) -> None:
    """Effect of `register`: number, keeper, nothing allotted yet. Raises Invalid."""
    keeper = holder_of(CAPABILITY)
    if keeper is None:
        raise Invalid(why_no_holder(CAPABILITY))
    fund.kept_by = keeper
    fund.remaining = fund.amount or 0
    fund.number = f"{fund.year}-{draw('fund', fund.year):04d}"


@transaction.atomic
def take_in_funds(*, funds: Sequence[Fund], by: Principal) -> list[Fund]:
    """Many new funds at once, as drafts: each was checked by who brings them, and is checked by the tables.

    Raises Invalid where no section keeps the funds, IntegrityError where one is there already.
    """
    for fund in funds:
        register_fund(fund, by, {})
        fund.version = 1
    stored = take_over(list(funds), status=FundStatus.DRAFT, by=by)
    apply_remits(objects=stored)
    draw_items(stored)
    index_records(Fund, [fund.pk for fund in stored])
    return stored


def settle_rights(fund: Fund, by: Principal, data: Data) -> None:
    """The purpose decides which sections have rights over the fund."""
    apply_remits(objects=[fund])


@transaction.atomic
def change_fund(*, fund: Fund, values: Mapping[str, Any], by: Principal) -> Fund:
    """Correct a fund that is still being entered. Raises NotPermitted, WrongState, Invalid."""
    if Fund.objects.select_for_update(of=("self",)).get(pk=fund.pk).status != FundStatus.DRAFT:
        raise WrongState(_("The fund is in use. Change its amount with “Adjust the amount”."))
    changes = dict(values)
    if "amount" in changes:
        changes["remaining"] = changes["amount"]
    stored = amend(fund, by=by, changes=changes)
    if "purpose" in changes:
        apply_remits(objects=[stored])
        # After the change the fund must still lie in the remit of whoever changed it.
        right_to(by, "change", stored)
    return stored


def adjust_amount(fund: Fund, by: Principal, data: Data) -> None:
    """Effect of `adjust`: a later document raises or lowers the amount, never below what is allotted."""
    amount = int(data["amount"])
    if amount < fund.allocated:
        raise refuse(
            _("%(allotted)s is allotted already; the amount cannot be less.")
            % {"allotted": shown(fund.allocated)}
        )
    fund.amount, fund.remaining = amount, amount - fund.allocated


def nothing_outstanding(fund: Fund, by: Principal) -> str:
    """Condition of `close`: the sentence why not, or ""."""
    if not fund.outstanding:
        return ""
    return _("Schools have not confirmed %(amount)s yet. Urge them, or take back what did not come.") % {
        "amount": shown(fund.outstanding)
    }


def close_fund(fund: Fund, by: Principal, data: Data) -> None:
    fund.closed_on = timezone.localdate()


def reopen_fund(fund: Fund, by: Principal, data: Data) -> None:
    fund.closed_on = None
