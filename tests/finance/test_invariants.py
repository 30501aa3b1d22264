"""Whatever people do in whatever order: the balances equal the rows, and nothing falls below zero."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.workflow.refusals import Refusal
from bureau.workflow.services import perform
from finance.models import Allocation, Fund, Receipt, SpendingEntry
from tests.factories.finance import YUAN

pytestmark = pytest.mark.django_db

STEP = st.tuples(
    st.sampled_from(
        ["allot", "confirm", "confirm", "spend", "spend", "unspend", "unreceive", "reduce", "adjust"]
    ),
    st.integers(0, 3),  # which allocation or entry
    st.integers(-1, 12_000),  # yuan
)


def summed(rows: Any) -> int:
    return rows.aggregate(total=Sum("amount"))["total"] or 0


def check(fund: Fund) -> None:
    fund.refresh_from_db()
    for allocation in Allocation.objects.filter(fund=fund):
        receipts = Receipt.objects.filter(allocation=allocation, status="recorded")
        spending = SpendingEntry.objects.filter(allocation=allocation, status="recorded")
        assert allocation.received == summed(receipts)
        assert allocation.spent == summed(spending)
        assert allocation.outstanding == allocation.amount - allocation.received >= 0
        assert allocation.remaining == allocation.received - allocation.spent >= 0
    rows = Allocation.objects.filter(fund=fund)
    assert fund.allocated == summed(rows)
    assert fund.remaining == fund.amount - fund.allocated >= 0
    assert fund.received == sum(rows.values_list("received", flat=True))
    assert fund.spent == sum(rows.values_list("spent", flat=True))


def pick(rows: Any, place: int) -> Any:
    found = list(rows.order_by("pk"))
    return found[place % len(found)] if found else None


def act(money: Any, what: str, place: int, yuan: int) -> None:
    principal = money.cast.principal
    allocation = pick(Allocation.objects.filter(fund=money.fund), place)
    if what == "allot":
        money.allot(yuan)
    elif what == "adjust":
        perform(money.fund, "adjust", by=money.officer, data={"amount": yuan * YUAN}, reason="调整")
    elif what in ("unspend", "unreceive"):
        entry = pick((SpendingEntry if what == "unspend" else Receipt).objects.all(), place)
        if entry is not None:
            perform(entry, "reverse", by=principal, reason="更正")
    elif allocation is None:
        return
    elif what == "confirm":
        money.confirm(allocation, yuan, difference="分批")
    elif what == "spend":
        money.spend(allocation, yuan)
    else:
        perform(allocation, "reduce", by=money.officer, data={"amount": yuan * YUAN}, reason="收回")


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=4, max_size=14))
def test_the_balances_equal_the_rows_after_any_sequence_of_acts(money, steps):
    with transaction.atomic():
        for what, place, yuan in steps:
            try:
                act(money, what, place, yuan)
            except Refusal as refusal:
                assert refusal.sentence
            check(money.fund)
        transaction.set_rollback(True)
