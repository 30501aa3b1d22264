from finance.models.allocation import Allocation
from finance.models.entries import Receipt, SpendingEntry
from finance.models.fund import Fund
from finance.models.grants import FundGroupGrant, FundUserGrant
from finance.models.tables import BudgetCode, EconomicClass

__all__ = [
    "Allocation",
    "BudgetCode",
    "EconomicClass",
    "Fund",
    "FundGroupGrant",
    "FundUserGrant",
    "Receipt",
    "SpendingEntry",
]
