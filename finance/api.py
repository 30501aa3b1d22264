"""What the page of a fund shows in the picture of its chain, in whole fen."""

from __future__ import annotations

from typing import Any

from bureau.accounts.principals import Principal
from bureau.api.declare import extra
from bureau.api.shapes import MONEY, amount
from finance.models import Fund


@extra(Fund, "allocated", MONEY)
def allocated(fund: Fund, by: Principal) -> Any:
    return amount(fund.allocated)


@extra(Fund, "received", MONEY)
def received(fund: Fund, by: Principal) -> Any:
    return amount(fund.received)
