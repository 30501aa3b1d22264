"""Several people at the same money at once, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from bureau.workflow.refusals import Conflict, Invalid, NotPermitted, Refusal
from bureau.workflow.services import perform
from finance.models import Allocation, Fund, Receipt, SpendingEntry
from tests.factories.finance import YUAN

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts on connections of their own, begun together; what each gave or raised."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=10)
            # A thread begins in the portal's own language.
            with translation.override("en"):
                results[place] = act()
        except Refusal as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def refused(results: list[Any]) -> list[Refusal]:
    return [one for one in results if isinstance(one, Refusal)]


@pytest.fixture
def arrived(money):
    return money.confirm(money.allot(1000), 1000)


def test_the_last_fen_goes_to_one_of_many(money, arrived):
    money.spend(arrived, 999)
    entries = [money.entry(arrived, YUAN) for _number in range(6)]
    people = [money.cast.principal, money.cast.school_clerk] * 3
    results = at_once(
        *(lambda e=e, p=p: perform(e, "enter", by=p) for e, p in zip(entries, people, strict=True))
    )
    losers = refused(results)
    assert len(losers) == 5
    assert all(isinstance(one, Invalid) for one in losers)
    assert {one.sentence for one in losers} == {"Only ¥0.00 of this allocation is left to spend."}
    stored = Allocation.objects.get(pk=arrived.pk)
    assert (stored.spent, stored.remaining) == (1000 * YUAN, 0)
    assert Fund.objects.get(pk=money.fund.pk).spent == 1000 * YUAN
    assert SpendingEntry.objects.count() == 2


def test_the_rest_of_a_fund_goes_to_one_of_two_schools(money, fund):
    new = [
        Allocation(
            fund=fund, school=school, amount=6000 * YUAN, document_number="50号", allotted_on="2026-03-01"
        )
        for school in (money.cast.school, money.cast.other_school)
    ]
    results = at_once(*(lambda one=one: perform(one, "allot", by=money.officer) for one in new))
    (loser,) = refused(results)
    assert "Only ¥4,000.00 of the fund" in loser.sentence
    assert Fund.objects.get(pk=fund.pk).remaining == 4000 * YUAN


def test_what_two_do_at_once_counts_once(money):
    allocation = money.allot(1000)
    people = (money.cast.principal, money.cast.school_clerk)
    results = at_once(*(lambda p=p: money.confirm(allocation, 1000, by=p) for p in people))
    (loser,) = refused(results)
    assert isinstance(loser, Invalid | NotPermitted | Conflict)
    assert Receipt.objects.count() == 1
    assert Fund.objects.get(pk=money.fund.pk).received == 1000 * YUAN

    entry = money.spend(allocation, 400)
    results = at_once(*(lambda p=p: perform(entry, "reverse", by=p, reason="更正") for p in people))
    assert len(refused(results)) == 1
    assert Allocation.objects.get(pk=allocation.pk).remaining == 1000 * YUAN


def test_spending_and_taking_back_the_receipt_cannot_both_succeed(money, arrived):
    receipt = Receipt.objects.get()
    results = at_once(
        lambda: money.spend(arrived, 1000),
        lambda: perform(receipt, "reverse", by=money.cast.school_clerk, reason="未到账"),
    )
    assert len(refused(results)) == 1
    stored = Allocation.objects.get(pk=arrived.pk)
    assert stored.remaining == 0
    assert stored.received in (0, 1000 * YUAN)


def test_spending_from_many_schools_of_one_fund_waits_for_nobody_forever(money):
    """Allocation before fund, everywhere: no two transactions hold what the other needs."""
    first, second = money.allot(1000), money.allot(1000, money.cast.other_school)
    money.confirm(first, 500, difference="分批")
    money.confirm(second, 500, difference="分批", by=money.cast.other_principal)
    entries = [money.entry(first, 100 * YUAN), money.entry(second, 100 * YUAN)]
    results = at_once(
        lambda: perform(entries[0], "enter", by=money.cast.principal),
        lambda: perform(entries[1], "enter", by=money.cast.other_principal),
        lambda: money.confirm(money.refreshed(first), 500, by=money.cast.school_clerk),
        lambda: money.confirm(money.refreshed(second), 500, by=money.cast.other_principal),
        lambda: money.allot(10, money.cast.school, document_number="99号"),
    )
    assert not refused(results)
    assert all(results)
    stored = Fund.objects.get(pk=money.fund.pk)
    assert (stored.received, stored.spent, stored.allocated) == (2000 * YUAN, 200 * YUAN, 2010 * YUAN)
