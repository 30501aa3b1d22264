from itertools import count as counting

from django.db.models import F

from bureau.access.remits import apply_remits
from finance.models import Allocation, BudgetCode, EconomicClass, Fund, Receipt, SpendingEntry
from tests.factories.finance import AllocationFactory, FundFactory, ReceiptFactory, SpendingFactory
from tests.site.factories import register

numbers = counting()
PLENTY = 10**9


def fund():
    made = FundFactory(amount=PLENTY)
    apply_remits(objects=[made])
    return made


@register(Fund)
def funds(cast, count):
    made = FundFactory.create_batch(count, status="draft")
    apply_remits(objects=made)
    return cast.finance_clerk


@register(Allocation)
def allocations(cast, count):
    made = fund()
    batch = [
        AllocationFactory.build(
            fund=made, school=cast.school, arrived=True, document_number=f"n{next(numbers)}"
        )
        for _number in range(count)
    ]
    Allocation.objects.bulk_create(batch)
    return cast.finance_clerk


@register(Receipt)
def receipts(cast, count):
    allocation = AllocationFactory(fund=fund(), school=cast.school, arrived=True)
    Receipt.objects.bulk_create(ReceiptFactory.build_batch(count, allocation=allocation, amount=100))
    return cast.finance_clerk


@register(SpendingEntry)
def spending(cast, count):
    allocation = AllocationFactory(fund=fund(), school=cast.school, arrived=True)
    SpendingEntry.objects.bulk_create(SpendingFactory.build_batch(count, allocation=allocation, amount=100))
    total = 100 * count
    own = Allocation.objects.filter(pk=allocation.pk)
    own.update(spent=F("spent") + total, remaining=F("remaining") - total)
    Fund.objects.filter(pk=allocation.fund_id).update(spent=F("spent") + total)
    return cast.finance_clerk


@register(BudgetCode)
def budget_codes(cast, count):
    BudgetCode.objects.bulk_create(
        BudgetCode(code=f"9{next(numbers):06d}", name_zh="演示科目") for _number in range(count)
    )
    return cast.finance_clerk


@register(EconomicClass)
def economic_classes(cast, count):
    EconomicClass.objects.bulk_create(
        EconomicClass(code=f"9{next(numbers):06d}", name_zh="演示分类") for _number in range(count)
    )
    return cast.finance_clerk
