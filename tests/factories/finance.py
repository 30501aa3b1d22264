"""Funds in every state that matters, and what hangs on them. Balances agree with the rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory

from bureau.charter.models import Unit
from finance.models import Allocation, BudgetCode, EconomicClass, Fund, Receipt, SpendingEntry
from finance.services.reference import load_reference
from tests.factories.schools import SchoolFactory, UnitFactory

YUAN = 100  # fen


def _code(model: type[Any], code: str) -> Any:
    if not model.objects.filter(code=code).exists():
        load_reference()
    return model.objects.get(code=code)


def budget_code(code: str = "2050202") -> BudgetCode:
    return _code(BudgetCode, code)


def economic_class(code: str = "302") -> EconomicClass:
    return _code(EconomicClass, code)


def keeper() -> Unit:
    """The section that keeps the funds, where a chart is loaded."""
    return Unit.objects.filter(key="planning_finance").first() or UnitFactory(key="planning_finance")


class FundFactory(factory.django.DjangoModelFactory):
    """A compulsory-education fund of 10,000 yuan, in use, with nothing allotted yet."""

    class Meta:
        model = Fund

    class Params:
        draft = factory.Trait(status="draft")
        closed = factory.Trait(status="closed", closed_on=date(2026, 12, 31))

    year = 2026
    number = factory.Sequence(lambda n: f"2026-{9000 + n}")
    name_zh = factory.Sequence(lambda n: f"城乡义务教育补助经费第{n}批")
    name = factory.Sequence(lambda n: f"Subsidy for compulsory education {n}")
    level = "province"
    purpose = "compulsory"
    earmark = "special"
    function_code = factory.LazyFunction(budget_code)
    document_number = "晋财教〔2026〕12号"
    document_on = date(2026, 1, 15)
    document_title = "关于下达2026年城乡义务教育补助经费的通知"
    amount = 10_000 * YUAN
    allocated = 0
    remaining = factory.LazyAttribute(lambda fund: fund.amount - fund.allocated)
    kept_by = factory.LazyFunction(keeper)
    status = "open"


class AllocationFactory(factory.django.DjangoModelFactory):
    """1,000 yuan for a school, not confirmed yet. `arrived=True`: all of it has come."""

    class Meta:
        model = Allocation
        skip_postgeneration_save = True

    class Params:
        arrived = factory.Trait(
            received=factory.SelfAttribute("amount"), outstanding=0, remaining=factory.SelfAttribute("amount")
        )

    fund = factory.SubFactory(FundFactory)
    school = factory.SubFactory(SchoolFactory)
    document_number = factory.Sequence(lambda n: f"市教财〔2026〕{n}号")
    allotted_on = date(2026, 3, 1)
    amount = 1_000 * YUAN
    outstanding = factory.SelfAttribute("amount")
    status = "allotted"

    @factory.post_generation
    def carried_up(self: Allocation, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            self.fund.allocated += self.amount
            self.fund.remaining -= self.amount
            self.fund.received += self.received
            self.fund.save()


class ReceiptFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Receipt

    allocation = factory.SubFactory(AllocationFactory, arrived=True)
    received_on = date(2026, 3, 20)
    amount = factory.SelfAttribute("allocation.amount")
    entered_by = "Principal"
    status = "recorded"


class SpendingFactory(factory.django.DjangoModelFactory):
    """A line of 100 yuan that the balances hold already."""

    class Meta:
        model = SpendingEntry
        skip_postgeneration_save = True

    allocation = factory.SubFactory(AllocationFactory, arrived=True)
    spent_on = date(2026, 4, 2)
    purpose = "办公用品"
    economic_class = factory.LazyFunction(economic_class)
    payee_kind = "company"
    voucher = factory.Sequence(lambda n: f"2026-04-{n:04d}")
    amount = 100 * YUAN
    entered_by = "Principal"
    status = "recorded"

    @factory.post_generation
    def carried_up(self: SpendingEntry, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and self.status == "recorded":
            allocation, fund = self.allocation, self.allocation.fund
            allocation.spent += self.amount
            allocation.remaining -= self.amount
            allocation.save()
            fund.spent += self.amount
            fund.save()
