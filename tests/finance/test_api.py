"""Funds for programs: whole fen with their text, each side its own, and the chain's own steps."""

from __future__ import annotations

from finance.models import Fund, SpendingEntry
from tests.bureau.api.conftest import Program

FUNDS, ALLOCATIONS = "/api/v1/finance/funds/", "/api/v1/finance/allocations/"
SPENDING, RECEIPTS = "/api/v1/finance/spending/", "/api/v1/finance/receipts/"


def test_amounts_are_whole_fen_with_their_text(cast, fund, money):
    money.allot(1234)
    one = Program(cast.finance_clerk).get(f"{FUNDS}{fund.pk}/").json()
    assert one["amount"] == {"fen": 1_000_000, "text": "10,000.00"}
    assert one["allocated"] == {"fen": 123_400, "text": "1,234.00"}
    for name in ("remaining", "received", "spent"):
        assert set(one[name]) == {"fen", "text"} and isinstance(one[name]["fen"], int)
    row = Program(cast.principal).get(ALLOCATIONS).json()["results"][0]
    assert row["amount"]["fen"] == 123_400


def test_an_amount_is_written_in_whole_fen_alone(cast, money):
    allocation = money.allot(100)
    money.confirm(allocation, 100)
    one = Program(cast.principal)
    form = {
        "allocation": allocation.pk,
        "spent_on": "2026-04-02",
        "purpose": "课桌椅",
        "economic_class": money.entry(allocation, 1).economic_class_id,
        "payee_kind": "company",
        "voucher": "4-17",
    }
    for wrong in (12.34, "12.34", {"fen": "1234"}, {"fen": 12.5}, {"fen": -1}, {"fen": 10**16}, {"fen": 0}):
        answer = one.post(SPENDING, {**form, "amount": wrong})
        assert (answer.status_code, "amount" in answer.json()["errors"]) == (422, True), wrong
    made = one.post(SPENDING, {**form, "amount": {"fen": 1234}})
    assert made.status_code == 201, made.content
    assert made.json()["amount"] == {"fen": 1234, "text": "12.34"}
    too_much = one.post(SPENDING, {**form, "amount": {"fen": 9_999_900}})
    assert too_much.status_code in (403, 409, 422) and too_much.json()["detail"]
    assert [entry.amount for entry in SpendingEntry.objects.all()] == [1234]


def test_a_school_meets_nothing_of_another_schools_money(cast, money):
    mine, other = money.allot(111), money.allot(222, school=cast.other_school)
    one = Program(cast.principal)
    assert [row["id"] for row in one.get(ALLOCATIONS).json()["results"]] == [mine.pk]
    assert one.get(f"{ALLOCATIONS}{other.pk}/").status_code == 404
    assert one.get(FUNDS).status_code == 403  # the register of funds is no page of a school
    for address in (SPENDING, RECEIPTS):
        assert one.get(address).json()["results"] == []


def test_balances_are_no_fields_to_write(cast, fund):
    one = Program(cast.finance_clerk)
    address = f"{FUNDS}{fund.pk}/"
    version = one.get(address).json()["version"]
    before = Fund.objects.filter(pk=fund.pk).values().get()
    for name in ("remaining", "allocated", "received", "spent", "status", "kept_by", "number"):
        answer = one.patch(address, {name: {"fen": 1}}, If_Match=version)
        assert answer.status_code in (400, 403), name
    assert Fund.objects.filter(pk=fund.pk).values().get() == before
