"""From the source document to the last fen: what each step does, and each refusal."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bureau.audit.models import Event
from bureau.notices.models import Notice
from bureau.workflow.items import disagreements
from bureau.workflow.models import WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted, WrongState
from bureau.workflow.services import history, perform
from finance.models import Allocation, Fund, Receipt, SpendingEntry
from finance.services.allocations import Letter, Share, allocate_many
from finance.services.funds import change_fund
from tests.factories.finance import YUAN, FundFactory
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db


def yuan(record, *names):
    """Balances in yuan, as stored."""
    stored = type(record).objects.get(pk=record.pk)
    return tuple(getattr(stored, name) / YUAN for name in names)


def of_fund(fund):
    return yuan(fund, "amount", "allocated", "remaining", "received", "spent")


def of_allocation(allocation):
    return yuan(allocation, "amount", "outstanding", "received", "spent", "remaining")


def waiting(record):
    rows = WorkItem.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    return [(row.unit.key, row.verb, row.due) for row in rows]


# --- the fund -------------------------------------------------------------------------------------


def test_a_fund_is_entered_numbered_and_waits_to_be_put_into_use(cast, draft):
    fund = perform(Fund(**draft), "register", by=cast.finance_clerk)
    second = perform(Fund(**draft | {"name_zh": "另一项"}), "register", by=cast.finance_clerk)
    with pytest.raises(Invalid, match="already"):
        perform(Fund(**draft), "register", by=cast.finance_clerk)
    assert (fund.number, second.number) == ("2026-0001", "2026-0002")
    assert fund.status == "draft"
    assert of_fund(fund) == (5000, 0, 5000, 0, 0)
    assert waiting(fund) == [("planning_finance", "allocate", None)]


def test_an_open_fund_waits_to_be_closed_at_the_end_of_its_year(cast, officer, draft):
    fund = perform(Fund(**draft), "register", by=cast.finance_clerk)
    perform(fund, "open", by=officer)
    assert waiting(fund) == [("planning_finance", "close", date(2026, 12, 31))]


def test_a_section_without_the_remit_enters_no_fund(cast, draft):
    with pytest.raises(NotPermitted):
        perform(Fund(**draft), "register", by=cast.preschool_clerk)
    assert not Fund.objects.exists()


@pytest.mark.parametrize("amount", [0, -1, None, 10**13 + 1])
def test_a_fund_has_an_amount(cast, draft, amount):
    with pytest.raises(Invalid) as refused:
        perform(Fund(**draft | {"amount": amount}), "register", by=cast.finance_clerk)
    assert "amount" in refused.value.errors


def test_a_document_of_a_later_year_is_refused(cast, draft):
    with pytest.raises(Invalid, match="after the budget year"):
        perform(Fund(**draft | {"document_on": date(2028, 1, 1)}), "register", by=cast.finance_clerk)


def test_a_draft_is_corrected_and_its_balance_follows(cast, draft):
    fund = perform(Fund(**draft), "register", by=cast.finance_clerk)
    change_fund(fund=fund, values={"amount": 7000 * YUAN}, by=cast.finance_clerk)
    assert of_fund(fund) == (7000, 0, 7000, 0, 0)
    assert [line.label for line in history(fund)] == ["Changed", "Enter the fund"]


def test_a_fund_in_use_is_not_edited(cast, fund):
    with pytest.raises(WrongState, match="Adjust the amount"):
        change_fund(fund=fund, values={"amount": 1}, by=cast.finance_clerk)


def test_the_amount_is_adjusted_with_a_reason_and_never_below_what_is_allotted(money, fund):
    money.allot(4000)
    with pytest.raises(Invalid, match="Give a reason"):
        perform(fund, "adjust", by=money.officer, data={"amount": 5000 * YUAN})
    with pytest.raises(Invalid, match=r"¥4,000.00 is allotted already"):
        perform(fund, "adjust", by=money.officer, data={"amount": 4000 * YUAN - 1}, reason="追减")
    perform(fund, "adjust", by=money.officer, data={"amount": 4000 * YUAN}, reason="晋财教〔2026〕88号")
    assert of_fund(fund) == (4000, 4000, 0, 0, 0)


def test_a_fund_closes_once_everything_is_confirmed_and_only_by_the_chief(money, fund, chief):
    allocation = money.allot(1000)
    with pytest.raises(NotPermitted, match=r"have not confirmed ¥1,000.00"):
        perform(fund, "close", by=chief)
    money.confirm(allocation, 1000)
    with pytest.raises(NotPermitted):
        perform(fund, "close", by=money.officer)
    closed = perform(fund, "close", by=chief)
    assert (closed.status, closed.closed_on) == ("closed", timezone.localdate())
    assert waiting(fund) == []


def test_a_closed_fund_takes_no_spending_until_it_is_opened_again(money, fund, chief):
    allocation = money.allot(1000)
    money.confirm(allocation, 1000)
    entry = money.spend(allocation, 10)
    perform(fund, "close", by=chief)
    with pytest.raises(Invalid, match="is not in use: closed"):
        money.spend(allocation, 1)
    with pytest.raises(Invalid, match="is not in use: closed"):
        perform(entry, "reverse", by=money.cast.principal, reason="x")
    perform(fund, "reopen", by=chief, reason="更正")
    money.spend(allocation, 1)
    assert of_fund(fund) == (10000, 1000, 9000, 1000, 11)


# --- allotting ------------------------------------------------------------------------------------


def test_allotting_moves_the_balance_tells_the_school_and_waits_for_it(money, fund):
    allocation = money.allot(3000, confirm_by=date(2026, 3, 31))
    assert of_fund(fund) == (10000, 3000, 7000, 0, 0)
    assert of_allocation(allocation) == (3000, 3000, 0, 0, 0)
    assert waiting(allocation) == [(f"school-{money.cast.school.code}", "confirm", date(2026, 3, 31))]
    told = set(Notice.objects.filter(kind="finance.allotted").values_list("user__username", flat=True))
    assert told == {"principal", "school_clerk"}


def test_no_more_is_allotted_than_there_is(money, fund):
    money.allot(9000)
    with pytest.raises(Invalid, match=r"Only ¥1,000.00 of the fund"):
        money.allot(1001)
    assert of_fund(fund) == (10000, 9000, 1000, 0, 0)
    assert Allocation.objects.count() == 1


@pytest.mark.parametrize("amount", [0, -5])
def test_an_allocation_is_above_zero(money, amount):
    with pytest.raises(Invalid, match="above zero"):
        money.allot(amount)


def test_the_same_document_allots_to_a_school_once(money):
    money.allot(10, document_number="市教财〔2026〕7号")
    with pytest.raises(Invalid, match="already"):
        money.allot(10, document_number="市教财〔2026〕7号")


def test_a_school_that_has_ended_gets_nothing(money):
    with pytest.raises(Invalid, match="has ended"):
        money.allot(10, SchoolFactory(closed=True))


@pytest.mark.parametrize("status", ["draft", "closed"])
def test_only_a_fund_in_use_gives(money, status):
    Fund.objects.filter(pk=money.fund.pk).update(status=status)
    with pytest.raises(Invalid, match="is not in use"):
        money.allot(10)


def test_a_clerk_allots_nothing(money, cast):
    money.officer = cast.finance_clerk
    with pytest.raises(NotPermitted):
        money.allot(10)


def test_nobody_allots_from_a_fund_beyond_the_remit(money):
    money.fund = FundFactory(purpose="vocational")  # without grants
    with pytest.raises(NotPermitted):
        money.allot(10)
    assert not Allocation.objects.exists()


LETTER = Letter("市教财〔2026〕50号", date(2026, 3, 1))


def test_many_schools_get_their_shares_together(money, fund, cast):
    shares = [Share(cast.school, 6000 * YUAN), Share(cast.other_school, 4000 * YUAN)]
    made = allocate_many(fund=fund, shares=shares, letter=LETTER, by=money.officer)
    assert [one.school for one in made] == [cast.school, cast.other_school]
    assert of_fund(fund) == (10000, 10000, 0, 0, 0)


def test_shares_given_together_leave_the_same_traces_as_one_by_one(money, fund, cast):
    shares = [Share(cast.school, 100), Share(cast.other_school, 200)]
    made = allocate_many(fund=fund, shares=shares, letter=LETTER, by=money.officer)
    alone = money.allot(1)
    for one in made:
        assert [line.label for line in history(one)] == [line.label for line in history(alone)]
        assert waiting(one) == [(one.school.unit.key, "confirm", None)]
        assert one.version == alone.version
    assert set(Notice.objects.filter(kind="finance.allotted").values_list("user__username", flat=True)) == {
        "principal",
        "school_clerk",
        "other_principal",
    }
    assert [line for line in disagreements() if line.startswith("finance.allocation")] == []


def test_a_document_or_a_school_twice_in_one_act_is_refused(money, fund, cast):
    shares = [Share(cast.school, 100)]
    with pytest.raises(Invalid, match="twice"):
        allocate_many(fund=fund, shares=[*shares, *shares], letter=LETTER, by=money.officer)
    allocate_many(fund=fund, shares=shares, letter=LETTER, by=money.officer)
    with pytest.raises(Invalid, match="already"):
        allocate_many(fund=fund, shares=shares, letter=LETTER, by=money.officer)
    assert Allocation.objects.count() == 1


def test_many_shares_beyond_what_is_left_are_refused_with_the_sums(money, fund, cast):
    shares = [Share(cast.school, 6000 * YUAN), Share(cast.other_school, 4000 * YUAN + 1)]
    with pytest.raises(Invalid, match=r"¥10,000.01, but only ¥10,000.00 .* ¥0.01 too much"):
        allocate_many(fund=fund, shares=shares, letter=LETTER, by=money.officer)
    assert not Allocation.objects.exists()


def test_many_shares_are_all_or_nothing(money, fund, cast):
    shares = [Share(cast.school, 100), Share(SchoolFactory(closed=True), 100)]
    with pytest.raises(Invalid, match="has ended"):
        allocate_many(fund=fund, shares=shares, letter=LETTER, by=money.officer)
    assert not Allocation.objects.exists()
    assert of_fund(fund) == (10000, 0, 10000, 0, 0)
    assert not Notice.objects.filter(kind="finance.allotted").exists()


def test_no_share_at_all_is_refused(money, fund):
    with pytest.raises(Invalid, match="at least one"):
        allocate_many(fund=fund, shares=[], letter=LETTER, by=money.officer)


# --- receipts -------------------------------------------------------------------------------------


def test_a_receipt_is_confirmed_by_the_school(money, fund):
    allocation = money.allot(1000)
    money.confirm(allocation, 1000)
    assert of_allocation(allocation) == (1000, 0, 1000, 0, 1000)
    assert of_fund(fund) == (10000, 1000, 9000, 1000, 0)
    receipt = Receipt.objects.get()
    assert (receipt.amount, receipt.entered_by, receipt.status) == (1000 * YUAN, "Principal", "recorded")
    assert waiting(allocation) == []
    assert history(allocation)[0].label == "Receipt confirmed"


def test_less_than_was_to_come_is_explained_and_the_section_hears_of_it(money):
    allocation = money.allot(1000)
    with pytest.raises(Invalid, match=r"¥1.00 less") as refused:
        money.confirm(allocation, 999)
    assert "difference" in refused.value.errors
    money.confirm(allocation, 999, difference="银行扣费")
    assert of_allocation(allocation) == (1000, 1, 999, 0, 999)
    assert waiting(allocation) == [(f"school-{money.cast.school.code}", "confirm", None)]
    assert Notice.objects.filter(kind="finance.difference", user=money.officer).exists()


def test_more_than_was_to_come_is_refused(money):
    with pytest.raises(Invalid, match=r"Only ¥1,000.00 of this allocation is still to come"):
        money.confirm(money.allot(1000), 1001)
    assert not Receipt.objects.exists()


def test_a_receipt_is_not_of_tomorrow(money):
    allocation = money.allot(1000)
    data = {"received_on": timezone.localdate() + timedelta(days=1), "amount": 1000 * YUAN}
    with pytest.raises(Invalid, match="future"):
        perform(allocation, "confirm", by=money.cast.principal, data=data)
    assert of_allocation(allocation) == (1000, 1000, 0, 0, 0)
    assert of_fund(money.fund) == (10000, 1000, 9000, 0, 0)


def test_another_school_and_the_section_confirm_nothing(money):
    allocation = money.allot(1000)
    for person in (money.cast.other_principal, money.officer, money.cast.district_leader):
        with pytest.raises(NotPermitted):
            money.confirm(allocation, 1000, by=person)


def test_a_confirmed_allocation_is_not_confirmed_again(money):
    allocation = money.allot(1000)
    money.confirm(allocation, 1000)
    with pytest.raises(NotPermitted, match="whole amount is confirmed"):
        money.confirm(allocation, 1)


def test_what_has_not_come_goes_back_to_the_fund(money, fund):
    allocation = money.allot(1000)
    money.confirm(allocation, 900, difference="未到")
    with pytest.raises(Invalid, match=r"Only ¥100.00 has not been confirmed"):
        perform(allocation, "reduce", by=money.officer, data={"amount": 101 * YUAN}, reason="x")
    reduced = perform(allocation, "reduce", by=money.officer, data={"amount": 100 * YUAN}, reason="收回")
    assert reduced.status == "allotted"
    assert of_allocation(allocation) == (900, 0, 900, 0, 900)
    assert of_fund(fund) == (10000, 900, 9100, 900, 0)
    assert waiting(allocation) == []


def test_an_allocation_of_which_nothing_came_is_withdrawn_whole(money, fund):
    allocation = money.allot(1000)
    gone = perform(allocation, "reduce", by=money.officer, data={"amount": 1000 * YUAN}, reason="误发")
    assert gone.status == "withdrawn"
    assert of_fund(fund) == (10000, 0, 10000, 0, 0)


def test_a_receipt_is_reversed_and_waited_for_again(money, fund):
    allocation = money.allot(1000)
    money.confirm(allocation, 1000)
    receipt = Receipt.objects.get()
    perform(receipt, "reverse", by=money.cast.school_clerk, reason="记错学校")
    assert of_allocation(allocation) == (1000, 1000, 0, 0, 0)
    assert of_fund(fund) == (10000, 1000, 9000, 0, 0)
    assert waiting(allocation) == [(f"school-{money.cast.school.code}", "confirm", None)]
    assert Receipt.objects.get().reversed_on == timezone.localdate()


def test_a_receipt_that_is_spent_already_is_not_reversed(money):
    allocation = money.allot(1000)
    money.confirm(allocation, 1000)
    money.spend(allocation, 1)
    with pytest.raises(Invalid, match=r"¥1.00 is entered as spent; only ¥999.00 is left"):
        perform(Receipt.objects.get(), "reverse", by=money.cast.principal, reason="x")
    assert of_allocation(allocation) == (1000, 0, 1000, 1, 999)


# --- spending -------------------------------------------------------------------------------------


@pytest.fixture
def arrived(money):
    allocation = money.allot(1000)
    return money.confirm(allocation, 1000)


def test_spending_is_entered_with_its_voucher(money, arrived, fund):
    entry = money.spend(arrived, 250)
    assert (entry.status, entry.entered_by, entry.voucher) == ("recorded", "Principal", "4-17")
    assert of_allocation(arrived) == (1000, 0, 1000, 250, 750)
    assert of_fund(fund) == (10000, 1000, 9000, 1000, 250)
    assert [line.label for line in history(entry)] == ["Entered"]


def test_no_more_is_spent_than_has_come(money, arrived):
    money.spend(arrived, 999)
    with pytest.raises(Invalid, match=r"Only ¥1.00 of this allocation is left to spend") as refused:
        money.spend(arrived, 2)
    assert "amount" in refused.value.errors
    assert SpendingEntry.objects.count() == 1
    assert Event.objects.filter(action="finance.spendingentry.enter", refused=True).exists()


def test_money_that_has_not_come_is_not_spent(money):
    with pytest.raises(Invalid, match=r"Only ¥0.00"):
        money.spend(money.allot(1000), 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"spent_on": timezone.localdate() + timedelta(days=1)}, "spent_on"),
        ({"voucher": ""}, "voucher"),
        ({"purpose": ""}, "purpose"),
        ({"payee_kind": "cousin"}, "payee_kind"),
    ],
)
def test_a_faulty_entry_moves_nothing(money, arrived, given, field):
    with pytest.raises(Invalid) as refused:
        money.spend(arrived, 10, **given)
    assert field in refused.value.errors
    assert of_allocation(arrived) == (1000, 0, 1000, 0, 1000)
    assert of_fund(money.fund)[-1] == 0


@pytest.mark.parametrize("fen", [0, -100])
def test_spending_is_above_zero(money, arrived, fen):
    with pytest.raises(Invalid, match="above zero"):
        perform(money.entry(arrived, fen), "enter", by=money.cast.principal)
    assert of_allocation(arrived) == (1000, 0, 1000, 0, 1000)


def test_another_school_spends_nothing_of_it(money, arrived):
    with pytest.raises(NotPermitted):
        money.spend(arrived, 1, by=money.cast.other_principal)
    assert of_allocation(arrived) == (1000, 0, 1000, 0, 1000)


def test_an_entry_is_reversed_with_a_reason_and_once(money, arrived, fund):
    entry = money.spend(arrived, 250)
    with pytest.raises(Invalid, match="Give a reason"):
        perform(entry, "reverse", by=money.cast.principal)
    perform(entry, "reverse", by=money.cast.school_clerk, reason="凭证作废")
    assert of_allocation(arrived) == (1000, 0, 1000, 0, 1000)
    assert of_fund(fund) == (10000, 1000, 9000, 1000, 0)
    with pytest.raises(WrongState):
        perform(entry, "reverse", by=money.cast.principal, reason="again")
    assert [line.reason for line in history(entry)] == ["凭证作废", ""]


# --- the tables themselves ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Allocation, {"remaining": -1, "spent": 1000 * YUAN + 1}),
        (Allocation, {"outstanding": 1}),
        (Allocation, {"spent": 1}),
        (Allocation, {"status": "lost"}),
        (Fund, {"allocated": 1}),
        (Fund, {"remaining": -1, "allocated": 10_000 * YUAN + 1}),
        (Fund, {"spent": 1000 * YUAN + 1}),
        (Fund, {"received": 0, "spent": 0, "amount": 0, "allocated": 0, "remaining": 0}),
    ],
)
def test_the_tables_refuse_a_balance_that_cannot_be(money, arrived, model, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**values)
