"""Money from the source document to the last voucher: entered, allotted, confirmed, spent, seen again."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from bureau.charter.choices import Role
from bureau.charter.models import Unit
from finance.models import Allocation, Fund, SpendingEntry
from tests.cast import person
from tests.factories.finance import YUAN, AllocationFactory, budget_code, economic_class

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORM = "#main form.stack"
FUND = {
    "name_zh": "城乡义务教育公用经费",
    "document_number": "晋财教〔2026〕12号",
    "document_title": "关于下达公用经费的通知",
    "amount": "１０，０００元",
}


@pytest.fixture
def officer(cast):
    cast.finance_officer = person("finance_officer", (Unit.objects.get(key="planning_finance"), Role.OFFICER))
    return cast.finance_officer


def words(language, text):
    with translation.override(language):
        return gettext(text)


def send(opened):
    """The button of the form of the page."""
    opened.click(opened.page.locator(f"{FORM} .btns button"))


def act(opened, language, text):
    """A step offered beside the record: a link to its form, or a button that does it at once."""
    rail = opened.page.locator("aside section[aria-labelledby=acts]")
    opened.click(rail.get_by_text(words(language, text), exact=True))


def typed(opened, values):
    for name, value in values.items():
        opened.page.locator(f"{FORM} [name='{name}']").fill(value)


def chosen(opened, values):
    for name, value in values.items():
        opened.page.locator(f"{FORM} select[name='{name}']").select_option(str(value))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_money_goes_from_the_document_to_the_voucher(signed_in, cast, officer, language):
    budget_code("2050202"), economic_class("310")
    finance = signed_in("finance_officer", reverse("desk:finance:fund_add"), language=language)
    principal = signed_in("principal", language=language)
    fund = entered(finance, language)
    allocation = allotted(finance, language, fund, cast.school)
    confirmed(principal, language)
    spent(principal, language)
    seen_again(finance, fund)
    assert all("422" in message for message in principal.messages)
    allocation.refresh_from_db()
    assert (allocation.spent, allocation.remaining) == (250_050, 6000 * YUAN - 250_050)


def today():
    return timezone.localdate().isoformat()


def entered(finance, language):
    """The fund from its document, put into use."""
    code = budget_code("2050202")
    typed(finance, FUND | {"document_on": today()})
    chosen(finance, {"level": "province", "purpose": "compulsory", "function_code": code.pk})
    send(finance)
    assert "¥10,000.00" in finance.text()
    act(finance, language, "Put into use")
    return Fund.objects.get()


def allotted(finance, language, fund, school):
    """6,000 yuan for one school, after a look at what would be saved."""
    finance.go(reverse("desk:finance:fund_allocate", args=[fund.pk]))
    share = {f"school-{school.pk}": "6,000.00"}
    typed(finance, {"document_number": "市教财〔2026〕9号", "allotted_on": today()} | share)
    send(finance)
    assert words(language, "Nothing has been saved yet") in finance.text()
    assert not Allocation.objects.exists()
    send(finance)
    assert "¥4,000.00" in finance.text()
    return Allocation.objects.get()


def confirmed(principal, language):
    """The principal finds the receipt in the inbox and confirms the whole amount."""
    line = principal.go("/school/").page.locator(".box .go a")
    principal.click(line.filter(has_text=words(language, "Confirm receipt")).first)
    act(principal, language, "Confirm receipt")
    assert principal.page.locator(f"{FORM} [name=amount]").input_value() == "6,000.00"
    typed(principal, {"received_on": today()})
    send(principal)


def spent(principal, language):
    """More than there is is refused and nothing typed is lost; less goes through."""
    principal.follow(words(language, "Enter spending"))
    typed(principal, {"spent_on": today(), "amount": "7000", "purpose": "课桌椅", "voucher": "4-17"})
    chosen(principal, {"economic_class": economic_class("310").pk, "payee_kind": "company"})
    send(principal)
    assert "¥6,000.00" in principal.text()
    assert not SpendingEntry.objects.exists()
    assert principal.page.locator(f"{FORM} [name=amount]").input_value() == "7000"
    typed(principal, {"amount": "2500.5"})
    send(principal)
    assert SpendingEntry.objects.get().amount == 250_050


def seen_again(finance, fund):
    """The whole chain on the page of the fund."""
    finance.go(reverse("desk:finance:fund_detail", args=[fund.pk]))
    for figure in ("¥10,000.00", "¥6,000.00", "¥2,500.50", "¥3,499.50"):
        assert figure in finance.text()
    assert finance.complaints() == []
    assert not finance.scrolls_sideways()
    assert finance.messages == []


def test_my_money_fits_a_telephone(signed_in, cast, officer, phone):
    AllocationFactory(school=cast.school, arrived=True)
    opened = signed_in("principal", reverse("school:finance:allocation_list"), viewport=phone)
    assert "¥1,000.00" in opened.text()
    assert not opened.scrolls_sideways()
    assert opened.complaints() == []
