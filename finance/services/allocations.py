"""Allotting money to schools, taking it back, confirming that it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from bureau.accounts.principals import Principal
from bureau.money import shown
from bureau.search.services import index_records
from bureau.workflow.declare import Data
from bureau.workflow.refusals import Invalid
from bureau.workflow.rights import right_to
from bureau.workflow.services import draw_items, perform, take_over
from finance.choices import AllocationStatus
from finance.models import Allocation, Fund, Receipt
from finance.services import telling
from finance.services.balances import (
    check_open,
    check_positive,
    lock_fund,
    move_allotted,
    move_received,
    refuse,
)
from schools.models import School

# Schools that a sentence names before it stops.
MOST_NAMED = 5


@dataclass(frozen=True)
class Share:
    """What one school gets, in fen."""

    school: School
    amount: int


@dataclass(frozen=True)
class Letter:
    """The document that tells the schools."""

    number: str
    on: date
    confirm_by: date | None = None


@transaction.atomic
def allocate_many(*, fund: Fund, shares: Sequence[Share], letter: Letter, by: Principal) -> list[Allocation]:
    """All or nothing, in a few writes. Raises NotPermitted, and Invalid with the total and what is left."""
    right_to(by, "allocate", fund)
    locked = lock_fund(fund.pk)
    check_shares(locked, shares)
    rows = [_allocation(locked, share, letter) for share in shares]
    _check_rows(locked, rows, letter.number)
    move_allotted(locked, sum(row.amount for row in rows))
    stored = take_over(rows, status=AllocationStatus.ALLOTTED, by=by, step="allot")
    draw_items(stored)
    index_records(Allocation, [row.pk for row in stored])
    for row in stored:
        telling.tell_of_allotment(row)
    return stored


def _check_rows(fund: Fund, rows: Sequence[Allocation], document: str) -> None:
    """What `allot` checks for one, for many: the fund is locked, so nobody allots meanwhile."""
    schools = [row.school for row in rows]
    if len({school.pk for school in schools}) < len(schools):
        raise Invalid(_("One school stands in the list twice."))
    for row in rows:
        check_positive(row.amount)
        _check_school(row.school)
        row.clean_fields(exclude=["fund", "school"])
    check_document(fund, schools, document)


def check_document(fund: Fund, schools: Sequence[School], number: str) -> None:
    """A document allots money of a fund to a school once. Raises Invalid with the schools that have it."""
    rows = Allocation.objects.filter(fund=fund, document_number=number, school__in=schools)
    twice = [row.school.label for row in rows.select_related("school").order_by("school__code")]
    if len(twice) > MOST_NAMED:
        twice = [*twice[:MOST_NAMED], "…"]
    if twice:
        sentence = _("The document %(document)s has allotted money of this fund to %(school)s already.")
        raise refuse(sentence % {"document": number, "school": _(", ").join(twice)}, "document_number")


def _check_school(school: School) -> None:
    if not school.is_in_use:
        sentence = _("%(school)s has ended and gets no more money.") % {"school": school.label}
        raise refuse(sentence, "school")


def check_shares(fund: Fund, shares: Sequence[Share]) -> None:
    """What must hold for the shares together. Raises Invalid."""
    check_open(fund)
    if not shares:
        raise Invalid(_("No school has an amount. Enter at least one."))
    total = sum(share.amount for share in shares)
    if total > fund.remaining:
        words = {"total": shown(total), "left": shown(fund.remaining), "over": shown(total - fund.remaining)}
        raise Invalid(
            _("Together this is %(total)s, but only %(left)s is left to allot: %(over)s too much.") % words
        )


def _allocation(fund: Fund, share: Share, letter: Letter) -> Allocation:
    return Allocation(
        fund=fund,
        school=share.school,
        amount=share.amount,
        outstanding=share.amount,
        version=1,
        document_number=letter.number,
        allotted_on=letter.on,
        confirm_by=letter.confirm_by,
    )


def allot(allocation: Allocation, by: Principal, data: Data) -> None:
    """Effect of `allot`: the fund gives what it has. Raises Invalid."""
    fund = allocation.fund = lock_fund(allocation.fund_id)
    check_open(fund)
    _check_new(allocation)
    allocation.outstanding = allocation.amount
    move_allotted(fund, allocation.amount)


def _check_new(allocation: Allocation) -> None:
    check_positive(allocation.amount)
    _check_school(allocation.school)
    check_document(allocation.fund, [allocation.school], allocation.document_number)


def something_outstanding(allocation: Allocation, by: Principal) -> str:
    """Condition of `confirm` and `reduce`."""
    if not allocation.fund.is_open:
        return _("The fund is closed.")
    return "" if allocation.outstanding else _("The whole amount is confirmed.")


def confirm(allocation: Allocation, by: Principal, data: Data) -> None:
    """Effect of `confirm`: money came. One that differs from what was to come is explained. Raises Invalid."""
    fund = lock_fund(allocation.fund_id)
    check_open(fund)
    amount = int(data["amount"])
    check_positive(amount)
    if amount < allocation.outstanding and not data.get("difference"):
        raise refuse(
            _("This is %(less)s less than what was to come. Say why.")
            % {"less": shown(allocation.outstanding - amount)},
            "difference",
        )
    move_received(allocation, fund, amount)


def write_receipt(allocation: Allocation, by: Principal, data: Data) -> None:
    """After `confirm`: the line of the ledger."""
    receipt = Receipt(
        allocation=allocation,
        received_on=data["received_on"],
        amount=data["amount"],
        difference=data.get("difference") or "",
    )
    perform(receipt, "record", by=by)


def reduce(allocation: Allocation, by: Principal, data: Data) -> None:
    """Effect of `reduce`: what has not come goes back to the fund. Raises Invalid."""
    fund = lock_fund(allocation.fund_id)
    check_open(fund)
    amount = int(data["amount"])
    check_positive(amount)
    if amount > allocation.outstanding:
        raise refuse(
            _("Only %(left)s has not been confirmed; no more can be taken back.")
            % {"left": shown(allocation.outstanding)}
        )
    allocation.amount -= amount
    allocation.outstanding -= amount
    move_allotted(fund, -amount)
