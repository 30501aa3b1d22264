"""Moving money along the chain. Locks are always taken in one order, allocation before fund, so that no two
people can wait for each other; the CHECKs of the tables stand behind every sentence here.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from bureau.money import NOT_ABOVE_ZERO, shown
from bureau.workflow.refusals import Invalid
from finance.models import Allocation, Fund


def lock_fund(pk: int) -> Fund:
    return Fund.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_allocation(pk: int) -> Allocation:
    return Allocation.objects.select_for_update(of=("self",)).get(pk=pk)


def refuse(sentence: str, field: str = "amount") -> Invalid:
    return Invalid(sentence, {field: [sentence]})


def check_open(fund: Fund) -> None:
    if not fund.is_open:
        raise Invalid(_("The fund %(number)s is not in use: %(status)s.") % _named(fund))


def check_positive(amount: int | None) -> None:
    if amount is None or amount <= 0:
        raise refuse(str(NOT_ABOVE_ZERO))


def _named(fund: Fund) -> dict[str, str]:
    return {"number": fund.number, "status": fund.get_status_display()}


def move_allotted(fund: Fund, amount: int) -> None:
    """`amount` fen more (or, below zero, less) of the fund is allotted. Needs the lock. Raises Invalid."""
    if amount > fund.remaining:
        raise refuse(
            _("Only %(left)s of the fund %(number)s is left to allot.")
            % {"left": shown(fund.remaining), "number": fund.number}
        )
    fund.allocated += amount
    fund.remaining -= amount
    fund.save(update_fields=["allocated", "remaining", "updated_at"])


def move_received(allocation: Allocation, fund: Fund, amount: int) -> None:
    """`amount` fen more (less) has reached the school. Needs both locks; the caller saves the allocation."""
    if amount > allocation.outstanding:
        raise refuse(
            _(
                "Only %(left)s of this allocation is still to come. If more came, ask the bureau to allot it first."
            )
            % {"left": shown(allocation.outstanding)}
        )
    if allocation.remaining + amount < 0:
        raise refuse(
            _(
                "Of this money %(spent)s is entered as spent; only %(left)s is left. Reverse that spending first."
            )
            % {"spent": shown(allocation.spent), "left": shown(allocation.remaining)}
        )
    allocation.received += amount
    allocation.outstanding -= amount
    allocation.remaining += amount
    fund.received += amount
    fund.save(update_fields=["received", "updated_at"])


def move_spent(allocation: Allocation, fund: Fund, amount: int) -> None:
    """`amount` fen more (less) is spent. Needs both locks; the caller saves the allocation."""
    if amount > allocation.remaining:
        raise refuse(
            _("Only %(left)s of this allocation is left to spend.") % {"left": shown(allocation.remaining)}
        )
    allocation.spent += amount
    allocation.remaining -= amount
    fund.spent += amount
    fund.save(update_fields=["spent", "updated_at"])


def store(allocation: Allocation) -> None:
    """The balances of a locked allocation."""
    allocation.save(update_fields=["received", "outstanding", "spent", "remaining", "updated_at"])
