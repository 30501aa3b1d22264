"""Who sees and who changes funds, allocations and entries."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from bureau.access.remits import apply_remits, drift
from bureau.access.services import may, may_add, permitted
from bureau.access.shares import grant, revoke
from bureau.accounts.principals import PUBLIC
from bureau.workflow.services import perform
from finance.models import Allocation, BudgetCode, Fund, FundGroupGrant, FundUserGrant, Receipt, SpendingEntry
from tests.factories.finance import FundFactory

pytestmark = pytest.mark.django_db

# A fund for compulsory education and one for preschool; allocations of the first to the school of the cast
# in Yuci and to the other one in Pingyao.
FUNDS = {
    "office_clerk": "",
    "office_chief": "",
    "basic_clerk": "compulsory",
    "basic_officer": "compulsory",
    "preschool_clerk": "preschool",
    "personnel_clerk": "",
    "finance_clerk": "compulsory preschool",
    "deputy_leader": "compulsory",
    "bureau_leader": "compulsory preschool",
    "discipline_officer": "compulsory preschool",
    "auditor": "compulsory preschool",
    "system_admin": "",
    "security_admin": "",
    "district_reviewer": "",
    "district_leader": "",
    "other_district": "",
    "principal": "",
    "school_clerk": "",
    "other_principal": "",
    "outsider": "",
    "inactive": "",
}
BOTH = "own other"
ALLOCATIONS = dict.fromkeys(FUNDS, "") | {
    "basic_clerk": BOTH,
    "basic_officer": BOTH,
    "finance_clerk": BOTH,
    "deputy_leader": BOTH,
    "bureau_leader": BOTH,
    "discipline_officer": BOTH,
    "auditor": BOTH,
    "district_reviewer": "own",
    "district_leader": "own",
    "other_district": "other",
    "principal": "own",
    "school_clerk": "own",
    "other_principal": "other",
}
SPENDERS = {"principal": "own", "school_clerk": "own", "other_principal": "other"}


@pytest.fixture
def chain(money):
    """An allocation to each school, all of it arrived and some of it spent."""
    found = {}
    for name, school, by in (
        ("own", money.cast.school, money.cast.principal),
        ("other", money.cast.other_school, money.cast.other_principal),
    ):
        allocation = money.allot(1000, school)
        money.confirm(allocation, 1000, by=by)
        money.spend(allocation, 100, by=by)
        found[allocation.pk] = name
    return found


@pytest.fixture
def preschool_fund(cast):
    made = FundFactory(purpose="preschool")
    apply_remits(objects=[made])
    return made


def names(rows, chain, path):
    return {chain[pk] for pk in rows.values_list(path, flat=True)}


@pytest.mark.parametrize("who", FUNDS)
def test_each_of_the_cast_sees_the_funds_of_the_remit(cast, fund, preschool_fund, who):
    seen = permitted(getattr(cast, who), "view", Fund)
    assert set(seen.values_list("purpose", flat=True)) == set(FUNDS[who].split())


@pytest.mark.parametrize("who", ALLOCATIONS)
def test_each_of_the_cast_sees_allocations_receipts_and_spending_alike(cast, chain, who):
    person = getattr(cast, who)
    expected = set(ALLOCATIONS[who].split())
    assert names(permitted(person, "view", Allocation), chain, "pk") == expected
    assert names(permitted(person, "view", Receipt), chain, "allocation") == expected
    assert names(permitted(person, "view", SpendingEntry), chain, "allocation") == expected


@pytest.mark.parametrize("who", FUNDS)
def test_only_a_school_confirms_spends_and_reverses_and_only_its_own(cast, chain, who):
    person = getattr(cast, who)
    expected = set(SPENDERS.get(who, "").split())
    for verb in ("confirm", "spend"):
        assert names(permitted(person, verb, Allocation), chain, "pk") == expected
    assert names(permitted(person, "reverse", Receipt), chain, "allocation") == expected
    assert names(permitted(person, "reverse", SpendingEntry), chain, "allocation") == expected
    assert bool(may_add(person, SpendingEntry)) == bool(expected)


def test_the_public_sees_nothing(chain):
    for model in (Fund, Allocation, Receipt, SpendingEntry, BudgetCode):
        assert not permitted(PUBLIC, "view", model).exists()


@pytest.mark.parametrize(
    ("verb", "who"),
    [
        ("add", "finance_clerk officer chief"),
        ("change", "finance_clerk officer chief"),
        ("allocate", "officer chief"),
        ("close", "chief"),
        ("export", "finance_clerk officer chief bureau_leader"),
    ],
)
def test_what_may_be_done_with_a_fund_follows_the_remit_and_the_role(cast, fund, officer, chief, verb, who):
    people = cast.people() | {"officer": officer, "chief": chief}
    able = {name for name, one in people.items() if permitted(one, verb, Fund).filter(pk=fund.pk).exists()}
    assert able == set(who.split())


def test_a_school_that_sees_its_allocation_does_not_see_the_fund_or_what_others_get(cast, chain, fund):
    assert not may(cast.principal, "view", fund)
    own = permitted(cast.principal, "view", Allocation).get()
    assert own.school == cast.school


def test_rights_follow_the_purpose_when_it_is_corrected(cast, draft):
    fund = perform(Fund(**draft), "register", by=cast.finance_clerk)
    assert may(cast.preschool_clerk, "view", fund)
    assert not may(cast.basic_clerk, "view", fund)

    from finance.services.funds import change_fund

    change_fund(fund=fund, values={"purpose": "senior"}, by=cast.finance_clerk)
    assert not may(cast.preschool_clerk, "view", fund)
    assert may(cast.basic_clerk, "view", fund)
    assert not drift()


def test_remits_write_group_rows_and_leave_hand_made_shares_alone(cast, fund, chief):
    until = timezone.localdate() + timedelta(days=30)
    grant(fund, to=cast.personnel_clerk, verb="view", until=until, reason="审计协助", by=chief)
    assert may(cast.personnel_clerk, "view", fund)
    FundGroupGrant.objects.all().delete()
    assert drift()
    apply_remits()
    assert not drift()
    assert FundUserGrant.objects.count() == 1
    revoke(fund, to=cast.personnel_clerk, verb="view", by=chief)
    assert not may(cast.personnel_clerk, "view", fund)


def test_a_share_opens_the_allocations_of_the_fund_too(cast, chain, fund, chief):
    assert not permitted(cast.personnel_clerk, "view", SpendingEntry).exists()
    grant(fund, to=cast.personnel_clerk, verb="view", until=timezone.localdate(), reason="核对工资", by=chief)
    assert permitted(cast.personnel_clerk, "view", SpendingEntry).count() == 2


def test_nobody_shares_what_he_has_not(cast, fund, officer):
    with pytest.raises(PermissionDenied):
        grant(fund, to=cast.office_clerk, verb="view", until=timezone.localdate(), reason="x", by=officer)


def test_codes_are_read_by_staff_and_corrected_by_the_section_that_keeps_the_funds(cast):
    changers = {name for name, one in cast.people().items() if permitted(one, "change", BudgetCode).exists()}
    assert changers == {"finance_clerk"}
    assert permitted(cast.principal, "view", BudgetCode).exists()
    assert not permitted(cast.outsider, "view", BudgetCode).exists()


def test_grants_die_with_the_fund(cast, fund):
    assert FundGroupGrant.objects.filter(content_object=fund).exists()
    pk = fund.pk
    fund.delete()
    assert not FundGroupGrant.objects.filter(content_object_id=pk).exists()
