"""Receipts and spending entries of schools: made once, reversed with a reason, never edited."""

from __future__ import annotations

from django.utils import timezone

from bureau.accounts.principals import Principal
from bureau.workflow.declare import Data
from bureau.workflow.services import refresh_items
from finance.models import Allocation, Fund, Receipt, SpendingEntry
from finance.services.balances import (
    check_open,
    check_positive,
    lock_allocation,
    lock_fund,
    move_received,
    move_spent,
    store,
)


def record_receipt(receipt: Receipt, by: Principal, data: Data) -> None:
    """Effect of `record`: the amounts were moved by the allocation's own step."""
    receipt.entered_by = by.audit_name


def reverse_receipt(receipt: Receipt, by: Principal, data: Data) -> None:
    """Effect of `reverse`: the money counts as not come. Raises Invalid where it is spent already."""
    allocation, fund = _locked(receipt.allocation_id)
    move_received(allocation, fund, -receipt.amount)
    store(allocation)
    receipt.reversed_on = timezone.localdate()


def await_again(receipt: Receipt, by: Principal, data: Data) -> None:
    """After a receipt was reversed: the allocation waits for its confirmation again."""
    refresh_items(receipt.allocation)


def spend(entry: SpendingEntry, by: Principal, data: Data) -> None:
    """Effect of `enter`: under the lock the last fen goes to one of two. Raises Invalid with what is left."""
    allocation, fund = _locked(entry.allocation_id)
    check_positive(entry.amount)
    move_spent(allocation, fund, entry.amount)
    store(allocation)
    entry.entered_by = by.audit_name


def reverse_spending(entry: SpendingEntry, by: Principal, data: Data) -> None:
    """Effect of `reverse`: the money is left to spend again."""
    allocation, fund = _locked(entry.allocation_id)
    move_spent(allocation, fund, -entry.amount)
    store(allocation)
    entry.reversed_on = timezone.localdate()


def _locked(allocation_id: int) -> tuple[Allocation, Fund]:
    allocation = lock_allocation(allocation_id)
    fund = lock_fund(allocation.fund_id)
    check_open(fund)
    return allocation, fund
