"""The money chain: source document → allotted → received → spent, with what is left at each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.money import in_wan, shown
from finance.models import Allocation, Fund

# Schools shown on the fund's own page; the whole list is one link away.
MOST_SHOWN = 50


@dataclass(frozen=True)
class Step:
    """One link of the chain; amounts in fen. `left` has not gone on to the next step."""

    label: str
    amount: int
    left: int
    left_label: str
    above: int  # amount of the first step, for the bar

    @property
    def shown(self) -> str:
        return shown(self.amount)

    @property
    def shown_left(self) -> str:
        return shown(self.left)

    @property
    def rough(self) -> str:
        """Ten thousand yuan, for sums that are hard to read otherwise."""
        return in_wan(self.amount) if self.amount >= 10**8 else ""


def of_fund(fund: Fund) -> list[Step]:
    top = fund.amount
    return [
        Step(_("Source document"), fund.amount, fund.remaining, _("not yet allotted"), top),
        Step(_("Allotted to schools"), fund.allocated, fund.outstanding, _("not confirmed"), top),
        Step(_("Received by schools"), fund.received, fund.unspent, _("not spent"), top),
        Step(_("Spent by schools"), fund.spent, 0, "", top),
    ]


def of_allocation(allocation: Allocation) -> list[Step]:
    top = allocation.amount
    return [
        Step(_("Allotted"), allocation.amount, allocation.outstanding, _("not confirmed"), top),
        Step(_("Received"), allocation.received, allocation.remaining, _("left to spend"), top),
        Step(_("Spent"), allocation.spent, 0, "", top),
    ]


def allocations(fund: Fund, by: Principal) -> QuerySet[Allocation]:
    """What `by` may see of a fund's allocations, by school code."""
    rows = permitted(by, "view", Allocation).filter(fund=fund)
    return rows.select_related("school", "fund").order_by("school__code", "pk")


def first_rows(fund: Fund, by: Principal) -> tuple[Sequence[Allocation], int]:
    """(the first allocations, how many there are)."""
    rows = allocations(fund, by)
    taken = list(rows[: MOST_SHOWN + 1])
    return taken[:MOST_SHOWN], len(taken) if len(taken) <= MOST_SHOWN else rows.count()
