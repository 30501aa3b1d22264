"""The trial's money: plausible, and right to the fen."""

from datetime import date

import pytest
from django.contrib.auth.hashers import make_password
from django.db.models import Sum

from bureau.access.remits import apply_remits
from bureau.demo import DemoRun
from bureau.workflow.items import disagreements
from finance import demo
from finance.models import Allocation, Fund, Receipt, SpendingEntry
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(cast):
    for trait in ("kindergarten", "nine_year", "senior", "vocational"):
        SchoolFactory.create_batch(3, **{trait: True})
    run = DemoRun("small", "jinzhong", date.today(), make_password(None), lambda line: None)
    demo.seed(run)
    return run


def total(rows, name="amount"):
    return rows.aggregate(total=Sum(name))["total"] or 0


def test_the_money_of_the_trial_agrees_to_the_fen(seeded):
    assert Fund.objects.count() == 60
    for status in ("draft", "open", "closed"):
        assert Fund.objects.filter(status=status).exists()
    for fund in Fund.objects.select_related("function_code"):
        fund.full_clean()
        assert fund.allocated == total(fund.allocations)
        assert fund.received == total(fund.allocations, "received")
        assert fund.spent == total(fund.allocations, "spent")
    for row in Allocation.objects.all():
        row.full_clean()
    assert total(Receipt.objects) == total(Fund.objects, "received") > 0
    assert total(SpendingEntry.objects) == total(Fund.objects, "spent") > 0


def test_rights_and_work_items_of_the_trial_agree_with_the_records(seeded):
    assert not apply_remits(over="fund")
    assert list(disagreements()) == []
    assert Allocation.objects.filter(outstanding__gt=0).exists()
