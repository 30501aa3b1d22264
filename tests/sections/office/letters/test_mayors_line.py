"""The sheet of the mayor's line: orders become letters, once, and nobody but the office takes them in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureau.accounts.models import User
from bureau.deadlines.selectors import open_clock
from bureau.sheets.models import SheetUpload
from sections.office.letters.choices import Channel, Kind, Status
from sections.office.letters.clocks import ACCEPTANCE
from sections.office.letters.models import Letter
from sections.office.letters.same_writer import sender_digest
from tests.bureau.sheets.books import xlsx
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db

PAGE = "desk:office:letter_sheet_mayors_line"
HEADS = ("工单编号", "日期", "类别", "标题", "内容", "学校", "姓名", "电话", "紧急")


def order(number: int, **given: object) -> list[object]:
    values: dict[str, object] = {
        "工单编号": f"SZ20260{number}",
        "日期": timezone.localdate() - timedelta(days=2),
        "类别": "申诉求决",
        "标题": "校车站点",
        "内容": "请增设站点。",
        "学校": "演员小学",
        "姓名": "王示例",
        "电话": "１３８ 0000 0000",
        "紧急": "否",
    } | given
    return [values[head] for head in HEADS]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def uploaded(user: User, *rows: list[object]) -> SheetUpload:
    file = SimpleUploadedFile("orders.xlsx", xlsx(HEADS, *rows))
    answer = signed_in(user).post(reverse(PAGE), {"file": file, "scope": ""})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return SheetUpload.objects.latest("pk")


def save(user: User, book: SheetUpload) -> bool:
    signed_in(user).post(reverse(f"{PAGE}_save", args=[book.pk]))
    book.refresh_from_db()
    return book.saved_at is not None


def test_orders_become_letters_that_wait_to_be_registered(cast: Cast) -> None:
    book = uploaded(cast.office_clerk, order(1), order(2, 姓名="", 电话="", 学校="", 紧急="是"))
    assert book.report["counts"]["new"] == 2, book.report
    assert not Letter.objects.exists()
    assert save(cast.office_clerk, book)
    first, second = Letter.objects.order_by("outside_number")
    assert (first.status, first.channel, first.kind) == (Status.RECEIVED, Channel.MAYORS_LINE, Kind.REQUEST)
    assert (first.school, first.sender_name, first.sender_phone) == (cast.school, "王示例", "13800000000")
    assert first.sender_digest == sender_digest("13800000000")
    assert open_clock(ACCEPTANCE, first).started_on == timezone.localdate() - timedelta(days=2)
    assert (second.school, second.sender_name, second.is_urgent) == (None, "", True)


def test_the_same_file_twice_adds_nothing_and_a_changed_row_changes_nothing(cast: Cast) -> None:
    assert save(cast.office_clerk, uploaded(cast.office_clerk, order(1)))
    again = uploaded(cast.office_clerk, order(1, 标题="另一个标题"), order(2))
    assert (again.report["counts"]["same"], again.report["counts"]["new"]) == (1, 1)
    assert save(cast.office_clerk, again)
    assert list(Letter.objects.order_by("outside_number").values_list("title", flat=True)) == ["校车站点"] * 2
    third = uploaded(cast.office_clerk, order(1), order(2))
    assert not save(cast.office_clerk, third)
    assert Letter.objects.count() == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("日期", date(2099, 1, 1)),
        ("学校", "没有这所学校"),
        ("电话", "12"),
        ("类别", "其他"),
        ("标题", ""),
    ],
)
def test_one_wrong_cell_and_nothing_of_the_file_is_saved(cast: Cast, column: str, value: object) -> None:
    book = uploaded(cast.office_clerk, order(1), order(2, **{column: value}))
    assert book.report["counts"]["faulty"] == 1, book.report["faults"]
    assert not save(cast.office_clerk, book)
    assert not Letter.objects.exists()


def test_the_report_of_a_dry_run_names_orders_and_no_writer(cast: Cast) -> None:
    book = uploaded(cast.office_clerk, order(1), order(2, 学校="没有这所学校"))
    said = signed_in(cast.office_clerk).get(reverse(f"{PAGE}_upload", args=[book.pk])).content.decode()
    assert "SZ202602" in said
    assert "SZ202602" in {row["who"] for row in book.report.get("rows", [])} or "王示例" not in said


def test_the_template_holds_no_letter(cast: Cast) -> None:
    letters.entered(cast, channel=Channel.MAYORS_LINE, outside_number="SZ1", sender_name="Hidden Writer")
    from tests.bureau.sheets.books import loaded

    content = signed_in(cast.office_clerk).get(reverse(f"{PAGE}_template")).getvalue()
    cells = {str(cell.value) for sheet in loaded(content) for row in sheet.iter_rows() for cell in row}
    assert not {"SZ1", "Hidden Writer"} & cells


@pytest.mark.parametrize("who", ["basic_clerk", "basic_officer", "auditor", "principal", "bureau_leader"])
def test_nobody_else_takes_in_orders(cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    file = SimpleUploadedFile("orders.xlsx", xlsx(HEADS, order(1)))
    answer = signed_in(user).post(reverse(PAGE), {"file": file, "scope": ""})
    assert answer.status_code in (403, 404)
    assert not SheetUpload.objects.exists()
