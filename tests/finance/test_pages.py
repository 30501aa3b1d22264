"""The money pages: what people type, what they are told, and that all figures of a fund agree."""

import csv
import io
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from bureau.access.remits import apply_remits
from bureau.workflow.services import perform
from finance.models import Allocation, Fund, SpendingEntry
from tests.factories.finance import YUAN, FundFactory, budget_code, economic_class
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db

FUNDS = reverse("desk:finance:fund_list")
SPEND = reverse("school:finance:spendingentry_add")


@pytest.fixture
def client_of():
    def signed_in(user):
        user.language = "en"
        user.save(update_fields=["language"])
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return signed_in


def key_of(client, address):
    return re.search(r'name="key" value="([^"]+)"', client.get(address).content.decode()).group(1)


def fund_form(**given):
    return {
        "year": "2026",
        "name_zh": "学前教育发展专项资金",
        "level": "province",
        "purpose": "preschool",
        "earmark": "special",
        "function_code": budget_code("2050201").pk,
        "document_number": "晋财教〔2026〕31号",
        "document_on": "2026-02-01",
        "document_title": "关于下达学前教育发展资金的通知",
        "amount": "５，０００．５０元",
    } | given


def test_a_clerk_enters_a_fund_with_the_amount_as_people_type_it(cast, client_of):
    client = client_of(cast.finance_clerk)
    address = reverse("desk:finance:fund_add")
    page = client.post(address, fund_form(key=key_of(client, address)), follow=True)
    fund = Fund.objects.get()
    assert (fund.amount, fund.remaining, fund.status) == (500_050, 500_050, "draft")
    assert "¥5,000.50" in page.content.decode()


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("1.234", "at most two decimals"),
        ("1e5", "is not an amount of money"),
        ("五千元", "is not an amount of money"),
        ("0", "must be above zero"),
        ("-5", "must be above zero"),
        ("", "Fill in: Amount."),
    ],
)
def test_a_wrong_amount_comes_back_with_a_sentence_and_what_was_typed(cast, client_of, amount, said):
    client = client_of(cast.finance_clerk)
    address = reverse("desk:finance:fund_add")
    page = client.post(address, fund_form(key=key_of(client, address), amount=amount))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert page.context["form"]["amount"].value() == amount
    assert not Fund.objects.exists()


def test_a_draft_is_edited_and_a_fund_in_use_is_not(cast, client_of, draft, officer):
    fund = perform(Fund(**draft), "register", by=cast.finance_clerk)
    client = client_of(cast.finance_clerk)
    address = reverse("desk:finance:fund_edit", args=[fund.pk])
    version = client.get(address).context["form"]["version"].value()
    client.post(address, fund_form(amount="6000", version=version))
    fund.refresh_from_db()
    assert (fund.amount, fund.remaining) == (6000 * YUAN, 6000 * YUAN)
    perform(fund, "open", by=officer)
    assert client.get(address).status_code == 403


def test_two_clerks_who_edit_one_draft_see_each_other(cast, client_of, draft, officer):
    fund = perform(Fund(**draft), "register", by=cast.finance_clerk)
    first, second = client_of(cast.finance_clerk), client_of(officer)
    address = reverse("desk:finance:fund_edit", args=[fund.pk])
    version = second.get(address).context["form"]["version"].value()
    first.post(address, fund_form(amount="6000", version=version))
    page = second.post(address, fund_form(amount="7000", version=version))
    assert page.status_code == 409
    assert "¥6,000.00" in page.content.decode()
    assert "¥7,000.00" in page.content.decode()


# --- allotting to many ----------------------------------------------------------------------------


def allocate_at(fund):
    return reverse("desk:finance:fund_allocate", args=[fund.pk])


def amounts(cast, own="", other="", **given):
    return {
        "document_number": "市教财〔2026〕9号",
        "allotted_on": "2026-03-01",
        f"school-{cast.school.pk}": own,
        f"school-{cast.other_school.pk}": other,
    } | given


def test_amounts_are_looked_at_before_anything_is_saved(cast, client_of, officer, fund):
    client = client_of(officer)
    page = client.post(allocate_at(fund), amounts(cast, "6000", "3,999.99")).content.decode()
    assert "Nothing has been saved yet" in page
    assert "¥9,999.99" in page
    assert "¥0.01" in page
    assert not Allocation.objects.exists()


def test_a_look_confirmed_allots_once_however_often_it_is_sent(cast, client_of, officer, fund):
    client = client_of(officer)
    look = client.post(allocate_at(fund), amounts(cast, "6000", "3000"))
    confirmed = amounts(cast, "6000", "3000", confirmed="1", key=look.context["key"])
    assert client.post(allocate_at(fund), confirmed).status_code == 302
    client.post(allocate_at(fund), confirmed)
    assert Allocation.objects.count() == 2
    fund.refresh_from_db()
    assert fund.remaining == 1000 * YUAN


@pytest.mark.parametrize(
    ("own", "other", "said"),
    [
        ("6000", "4000.01", "¥10,000.01, but only ¥10,000.00 is left to allot: ¥0.01 too much"),
        ("", "", "Enter at least one"),
        ("1.234", "", "at most two decimals"),
        ("0", "", "must be above zero"),
    ],
)
def test_amounts_that_cannot_be_come_back_as_typed(cast, client_of, officer, fund, own, other, said):
    page = client_of(officer).post(allocate_at(fund), amounts(cast, own, other))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert page.context["form"][f"school-{cast.school.pk}"].value() == own
    assert not Allocation.objects.exists()


def test_what_changed_between_the_look_and_the_act_is_said(cast, client_of, money, fund):
    client = client_of(money.officer)
    look = client.post(allocate_at(fund), amounts(cast, "6000"))
    money.allot(5000)
    page = client.post(allocate_at(fund), amounts(cast, "6000", confirmed="1", key=look.context["key"]))
    assert page.status_code == 422
    assert "but only ¥5,000.00 is left" in page.content.decode()
    assert Allocation.objects.count() == 1


def test_only_who_allots_opens_the_page(cast, client_of, officer, fund):
    assert client_of(officer).get(allocate_at(fund)).status_code == 200
    assert client_of(cast.finance_clerk).get(allocate_at(fund)).status_code == 403
    assert client_of(cast.personnel_clerk).get(allocate_at(fund)).status_code == 404
    assert client_of(cast.principal).get(allocate_at(fund)).status_code == 403


def test_one_school_is_named_by_its_code_or_its_name(cast, client_of, officer, fund):
    client = client_of(officer)
    address = reverse("desk:finance:allocation_add")
    page = client.get(address, {"fund": fund.pk})
    assert f'value="{fund.pk}" selected' in page.content.decode()
    for typed, number in ((cast.school.code, "1号"), (cast.other_school.name_zh, "2号")):
        form = {
            "key": key_of(client, address),
            "fund": fund.pk,
            "school": typed,
            "amount": "10",
            "document_number": number,
            "allotted_on": "2026-03-01",
        }
        assert client.post(address, form).status_code == 302
    assert set(Allocation.objects.values_list("school", flat=True)) == {cast.school.pk, cast.other_school.pk}
    SchoolFactory(name_zh=cast.school.name_zh)
    page = client.post(address, form | {"school": "没有的学校", "key": key_of(client, address)})
    assert "There is no school with this code or name" in page.content.decode()


# --- the school's side ----------------------------------------------------------------------------


def test_a_principal_confirms_spends_and_reverses_on_the_pages(cast, client_of, money):
    allocation = money.allot(1000)
    client = client_of(cast.principal)
    detail = reverse("school:finance:allocation_detail", args=[allocation.pk])
    assert "Confirm receipt" in client.get(detail).content.decode()
    confirm = reverse("school:finance:allocation_do", args=[allocation.pk, "confirm"])
    client.post(confirm, {"received_on": "2026-03-20", "amount": "1,000元"})
    assert money.refreshed(allocation).received == 1000 * YUAN

    page = client.get(SPEND, {"allocation": allocation.pk}).content.decode()
    assert "¥1,000.00 left" in page
    entry = {
        "key": key_of(client, SPEND),
        "allocation": allocation.pk,
        "spent_on": "2026-04-02",
        "amount": "250.5",
        "purpose": "课桌椅",
        "economic_class": economic_class("310").pk,
        "payee_kind": "company",
        "voucher": "4-17",
    }
    assert client.post(SPEND, entry).status_code == 302
    client.post(SPEND, entry)
    made = SpendingEntry.objects.get()
    assert made.amount == 25_050

    page = client.post(SPEND, entry | {"key": key_of(client, SPEND), "amount": "749.51"})
    assert page.status_code == 422
    assert "Only ¥749.50 of this allocation is left to spend." in page.content.decode()
    assert page.context["form"]["amount"].value() == "749.51"

    reverse_at = reverse("school:finance:spendingentry_do", args=[made.pk, "reverse"])
    client.post(reverse_at, {"reason": "凭证作废"})
    assert money.refreshed(allocation).remaining == 1000 * YUAN


def test_a_school_reads_its_own_money_and_no_fund(cast, client_of, money):
    own, other = money.allot(1000), money.allot(2000, cast.other_school)
    client = client_of(cast.principal)
    page = client.get(reverse("school:finance:allocation_list")).content.decode()
    assert "¥1,000.00" in page
    assert "¥2,000.00" not in page
    assert client.get(reverse("school:finance:allocation_detail", args=[other.pk])).status_code == 404
    detail = client.get(reverse("school:finance:allocation_detail", args=[own.pk])).content.decode()
    assert money.fund.number in detail
    assert "晋财教〔2026〕12号" in detail
    assert "¥10,000.00" not in detail
    assert "¥9,000.00" not in detail


def test_a_district_reads_the_money_of_its_schools_on_the_desk(cast, client_of, money):
    own, other = money.allot(1000), money.allot(2000, cast.other_school)
    client = client_of(cast.district_reviewer)
    assert client.get(reverse("desk:finance:allocation_detail", args=[own.pk])).status_code == 200
    assert client.get(reverse("desk:finance:allocation_detail", args=[other.pk])).status_code == 404
    assert "¥3,000.00" not in client.get(reverse("desk:finance:allocation_list")).content.decode()


# --- figures --------------------------------------------------------------------------------------


def totals(page):
    return dict(page.context["listing"].totals)


@pytest.fixture
def three_funds(money, fund):
    money.confirm(money.allot(4000), 4000)
    money.spend(Allocation.objects.get(), 1500)
    others = [
        FundFactory(purpose="preschool", amount=700),
        FundFactory(purpose="compulsory", amount=33, year=2025),
    ]
    apply_remits(objects=others)
    return [fund, *others]


def test_sums_are_over_what_is_listed_and_permitted(cast, client_of, three_funds):
    finance, basic = client_of(cast.finance_clerk), client_of(cast.basic_clerk)
    assert totals(finance.get(FUNDS))["Amount"] == "¥10,007.33"
    assert totals(finance.get(FUNDS, {"year": "2026"}))["Amount"] == "¥10,007.00"
    assert totals(basic.get(FUNDS))["Amount"] == "¥10,000.33"
    assert totals(finance.get(FUNDS, {"q": "nothing like this"})) == {}


def test_a_reversed_entry_does_not_count_in_the_sum(cast, client_of, money):
    allocation = money.confirm(money.allot(1000), 1000)
    money.spend(allocation, 300)
    perform(money.spend(allocation, 200), "reverse", by=cast.principal, reason="更正")
    page = client_of(cast.finance_clerk).get(reverse("desk:finance:spendingentry_list"))
    assert totals(page) == {"Spent": "¥300.00"}


def fen(text):
    return round(float(text) * 100)


def test_list_export_chain_and_rows_agree_to_the_fen(cast, client_of, money, three_funds):
    client = client_of(cast.finance_clerk)
    listed = totals(client.get(FUNDS))
    answer = client.get(reverse("desk:finance:fund_export"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert listed["Amount"] == f"¥{sum(fen(row['Amount']) for row in rows) / 100:,.2f}"
    assert listed["Spent by schools"] == f"¥{sum(fen(row['Spent by schools']) for row in rows) / 100:,.2f}"
    chain = client.get(reverse("desk:finance:fund_detail", args=[money.fund.pk])).content.decode()
    allocations = totals(client.get(reverse("desk:finance:allocation_list")))
    spending = totals(client.get(reverse("desk:finance:spendingentry_list")))
    receipts = totals(client.get(reverse("desk:finance:receipt_list")))
    assert allocations["Allotted"] == listed["Allotted"] == "¥4,000.00"
    assert receipts["Received"] == listed["Received by schools"] == "¥4,000.00"
    assert spending["Spent"] == listed["Spent by schools"] == "¥1,500.00"
    for figure in ("¥10,000.00", "¥6,000.00", "¥4,000.00", "¥1,500.00", "¥2,500.00"):
        assert figure in chain


def test_the_history_shows_every_step_of_an_allocation(cast, client_of, money):
    allocation = money.allot(1000)
    money.confirm(allocation, 900, difference="银行扣费")
    perform(allocation, "reduce", by=money.officer, data={"amount": 100 * YUAN}, reason="余款收回")
    page = client_of(cast.finance_clerk).get(reverse("desk:finance:allocation_history", args=[allocation.pk]))
    text = page.content.decode()
    for words in ("Allot", "Receipt confirmed", "Taken back", "余款收回"):
        assert words in text
