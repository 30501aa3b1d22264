"""Workbooks of money: funds of a year, allocations of a fund."""

from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bureau.access.remits import drift
from bureau.sheets.models import SheetUpload
from bureau.workflow.models import WorkItem
from finance.models import Allocation, Fund
from tests.bureau.sheets.books import loaded, xlsx
from tests.factories.finance import YUAN

pytestmark = pytest.mark.django_db

FUNDS, ALLOCATIONS = "desk:finance:fund_sheet_funds", "desk:finance:allocation_sheet_allocations"
HEADS = (
    "文号", "资金名称", "资金级次", "用途", "资金性质", "功能科目", "文件标题", "发文日期", "金额（元）",
)  # fmt: skip


def line(number, **given):
    values = {
        "文号": f"晋财教〔2026〕{number}号",
        "资金名称": "义务教育公用经费 ",
        "资金级次": "province",
        "用途": "compulsory",
        "资金性质": "special",
        "功能科目": "2050202",
        "文件标题": "关于下达公用经费的通知",
        "发文日期": date(2026, 1, 15),
        "金额（元）": "１，２３４．５０",
    } | given
    return [values[head] for head in HEADS]


@pytest.fixture
def client_of():
    def signed_in(user):
        user.language = "en"
        user.save(update_fields=["language"])
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return signed_in


def upload(client, name, content, scope):
    """Upload; returns the upload as the page shows it."""
    answer = client.post(
        reverse(name), {"file": SimpleUploadedFile("money.xlsx", content), "scope": str(scope)}
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return SheetUpload.objects.latest("pk"), client.get(answer.url).content.decode()


def save(client, name, book):
    client.post(reverse(f"{name}_save", args=[book.pk]))
    book.refresh_from_db()
    return book.saved_at is not None


def test_funds_of_a_year_come_in_as_drafts_with_rights_and_work_items(cast, client_of):
    clerk = client_of(cast.finance_clerk)
    content = xlsx(("2026年教育资金一览表",), HEADS, *(line(number) for number in range(1, 4)), ())
    book, page = upload(clerk, FUNDS, content, 2026)
    assert "Nothing has been saved yet" in page
    assert book.report["counts"]["new"] == 3
    assert not Fund.objects.exists()
    assert save(clerk, FUNDS, book)
    made = Fund.objects.order_by("number")
    assert [fund.number for fund in made] == ["2026-0001", "2026-0002", "2026-0003"]
    assert {(fund.status, fund.amount, fund.remaining, fund.year) for fund in made} == {
        ("draft", 123450, 123450, 2026)
    }
    assert made[0].name_zh == "义务教育公用经费"
    assert WorkItem.objects.filter(kind="finance.fund").count() == 3
    assert not drift()


def test_the_same_workbook_twice_brings_the_funds_once(cast, client_of):
    clerk = client_of(cast.finance_clerk)
    content = xlsx(HEADS, line(1), line(2))
    book, _page = upload(clerk, FUNDS, content, 2026)
    save(clerk, FUNDS, book)
    again, _page = upload(clerk, FUNDS, content, 2026)
    assert again.report["counts"]["same"] == 2
    assert not save(clerk, FUNDS, again)
    assert Fund.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"金额（元）": "一千元"}, "is not an amount"),
        ({"金额（元）": "1.234"}, "at most two decimals"),
        ({"金额（元）": "-5"}, "above zero"),
        ({"金额（元）": "1e5"}, "is not an amount"),
        ({"用途": "午餐"}, "午餐"),
        ({"功能科目": "2060101"}, "2060101"),
        ({"文件标题": ""}, "must be filled in"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_saved(cast, client_of, given, sentence):
    clerk = client_of(cast.finance_clerk)
    book, page = upload(clerk, FUNDS, xlsx(HEADS, line(1), line(2, **given)), 2026)
    assert book.report["counts"]["faulty"] == 1
    assert sentence in page
    assert not save(clerk, FUNDS, book)
    assert not Fund.objects.exists()


def test_a_fund_in_use_is_not_changed_by_a_workbook(cast, client_of, fund):
    row = line(12, 资金名称=fund.name_zh, 文件标题=fund.document_title)
    book, page = upload(client_of(cast.finance_clerk), FUNDS, xlsx(HEADS, row), 2026)
    assert "The fund is in use" in page
    assert book.report["counts"]["faulty"] == 1


def test_a_section_that_only_looks_uploads_nothing(cast, client_of, fund):
    answer = client_of(cast.basic_clerk).post(
        reverse(FUNDS), {"file": SimpleUploadedFile("a.xlsx", xlsx(HEADS, line(1))), "scope": "2026"}
    )
    assert answer.status_code == 403


# --- allocations ----------------------------------------------------------------------------------

GIVES = ("学校标识码", "学校名称", "下达文号", "下达日期", "金额")


def gives(school, amount, number="市教财〔2026〕9号", on="2026-03-01"):
    return (school.code, school.name_zh, number, on, amount)


def test_the_template_of_a_fund_holds_every_school_with_an_empty_box(cast, client_of, officer, fund):
    client = client_of(officer)
    content = client.get(reverse(f"{ALLOCATIONS}_template"), {"scope": fund.pk}).content
    sheet = loaded(content).worksheets[0]
    codes = {row[0].value for row in sheet.iter_rows(min_row=2)}
    assert {cast.school.code, cast.other_school.code} <= codes
    book, _page = upload(client, ALLOCATIONS, content, fund.pk)
    assert (book.report["counts"]["new"], book.report["counts"]["faulty"]) == (0, 0)


def test_a_workbook_allots_to_schools(cast, client_of, officer, fund):
    client = client_of(officer)
    content = xlsx(GIVES, gives(cast.school, "6000"), gives(cast.other_school, 3999.99))
    book, _page = upload(client, ALLOCATIONS, content, fund.pk)
    assert save(client, ALLOCATIONS, book)
    fund.refresh_from_db()
    assert (fund.allocated, fund.remaining) == (999_999, 1)
    assert {row.amount for row in Allocation.objects.all()} == {6000 * YUAN, 399_999}
    assert WorkItem.objects.filter(kind="finance.allocation").count() == 2
    again, _page = upload(client, ALLOCATIONS, content, fund.pk)
    assert again.report["counts"]["same"] == 2


@pytest.mark.parametrize(
    ("amounts", "sentence"),
    [
        (("6000", "4000.01"), "Together the rows allot ¥10,000.01, but only ¥10,000.00"),
        (("0", "1"), "above zero"),
        (("100元整", "壹佰"), "is not an amount"),
    ],
)
def test_allocations_that_cannot_be_are_refused_whole(cast, client_of, officer, fund, amounts, sentence):
    client = client_of(officer)
    content = xlsx(GIVES, gives(cast.school, amounts[0]), gives(cast.other_school, amounts[1]))
    book, page = upload(client, ALLOCATIONS, content, fund.pk)
    assert sentence in page
    assert not save(client, ALLOCATIONS, book)
    assert not Allocation.objects.exists()


def test_an_allocation_that_stands_is_not_changed(cast, client_of, money, fund):
    money.allot(100, document_number="市教财〔2026〕9号")
    client = client_of(money.officer)
    _book, page = upload(client, ALLOCATIONS, xlsx(GIVES, gives(cast.school, 200)), fund.pk)
    assert "¥100.00 was allotted by this document" in page


def test_an_unknown_school_and_a_missing_document_are_named(cast, client_of, officer, fund):
    rows = [("9914000001", "某校", "1号", "2026-03-01", 5), gives(cast.school, 5, number="")]
    book, page = upload(client_of(officer), ALLOCATIONS, xlsx(GIVES, *rows), fund.pk)
    assert book.report["counts"]["faulty"] == 2
    assert "There is no school with this code in your remit" in page
    assert "must be filled in where money is allotted" in page


def test_another_fund_than_one_s_own_is_no_scope(cast, client_of, officer, fund):
    Fund.objects.filter(pk=fund.pk).update(status="closed")
    answer = client_of(officer).post(
        reverse(ALLOCATIONS),
        {"file": SimpleUploadedFile("a.xlsx", xlsx(GIVES, gives(cast.school, 5))), "scope": str(fund.pk)},
    )
    assert answer.status_code != 302
