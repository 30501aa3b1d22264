from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from bureau.access.remits import apply_remits
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.workflow.services import perform
from finance.models import Allocation, Fund, SpendingEntry
from tests.cast import Cast, person
from tests.factories.finance import YUAN, FundFactory, budget_code, economic_class


@pytest.fixture
def officer(cast: Cast) -> User:
    """An officer of the section that keeps the funds: allots."""
    return person("finance_officer", (Unit.objects.get(key="planning_finance"), Role.OFFICER))


@pytest.fixture
def chief(cast: Cast) -> User:
    """The chief of that section: closes."""
    return person("finance_chief", (Unit.objects.get(key="planning_finance"), Role.CHIEF))


@pytest.fixture
def fund(cast: Cast) -> Fund:
    """10,000 yuan for compulsory education, in use."""
    made = FundFactory(name_zh="城乡义务教育补助经费", name="Compulsory-education subsidy")
    apply_remits(objects=[made])
    return made


@dataclass
class Money:
    """The acts of the chain, in yuan, as the people of the cast do them."""

    cast: Cast
    officer: User
    fund: Fund
    count: int = 0

    def allot(self, yuan: int, school: Any = None, **given: Any) -> Allocation:
        self.count += 1
        values = {"document_number": f"市教财〔2026〕{self.count}号", "allotted_on": date(2026, 3, 1)} | given
        allocation = Allocation(
            fund=self.fund, school=school or self.cast.school, amount=yuan * YUAN, **values
        )
        return perform(allocation, "allot", by=self.officer)

    def confirm(self, allocation: Allocation, yuan: int, difference: str = "", by: Any = None) -> Allocation:
        data = {"received_on": date(2026, 3, 20), "amount": yuan * YUAN, "difference": difference}
        return perform(allocation, "confirm", by=by or self.cast.principal, data=data)

    def entry(self, allocation: Allocation, fen: int, **given: Any) -> SpendingEntry:
        values = {
            "spent_on": date(2026, 4, 2),
            "purpose": "课桌椅",
            "payee_kind": "company",
            "voucher": "4-17",
        }
        return SpendingEntry(
            allocation=allocation, amount=fen, economic_class=economic_class("310"), **(values | given)
        )

    def spend(self, allocation: Allocation, yuan: int, by: Any = None, **given: Any) -> SpendingEntry:
        return perform(self.entry(allocation, yuan * YUAN, **given), "enter", by=by or self.cast.principal)

    def refreshed(self, allocation: Allocation) -> Allocation:
        return Allocation.objects.select_related("fund", "school").get(pk=allocation.pk)


@pytest.fixture
def money(cast: Cast, officer: User, fund: Fund) -> Money:
    return Money(cast, officer, fund)


@pytest.fixture
def draft(cast: Cast) -> dict[str, Any]:
    """The values of a fund that nobody has entered yet."""
    return {
        "year": 2026,
        "name_zh": "学前教育发展专项资金",
        "name": "Preschool development fund",
        "level": "province",
        "purpose": "preschool",
        "earmark": "special",
        "function_code": budget_code("2050201"),
        "document_number": "晋财教〔2026〕31号",
        "document_on": date(2026, 2, 1),
        "document_title": "关于下达学前教育发展资金的通知",
        "amount": 5_000 * YUAN,
    }
