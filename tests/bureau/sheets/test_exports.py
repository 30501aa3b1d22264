"""Lists as workbooks: the rows, masks and order of the list, text that is no formula, long ones by a job."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bureau.audit.models import Event
from bureau.charter.models import Membership
from bureau.jobs import draining
from bureau.jobs.models import Job
from bureau.notices.models import Notice
from bureau.sheets.models import ResultFile, oldest
from bureau.sheets.results import remove_old_results
from bureau.sheets.streaming import workbook
from schools.models import School
from tests.bureau.pages.conftest import client_of
from tests.bureau.sheets.books import loaded
from tests.factories.schools import SchoolFactory

LIST = reverse("desk:schools:school_list")
EXPORT = reverse("desk:schools:school_export_xlsx")
HARMLESS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1", " =1", "'=1", "a\nb")


def rows_of(content):
    sheet = loaded(content).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def body(response):
    return b"".join(response.streaming_content)


@pytest.fixture
def chief(cast):
    return client_of(cast.basic_clerk)


def test_no_text_becomes_a_formula_and_none_is_altered():
    content = b"".join(workbook("清单 [1]/2", ["a"], [[text] for text in HARMLESS]))
    sheet = loaded(content).worksheets[0]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == list(HARMLESS)
    assert {cell.data_type for cell in cells} == {"s"}


def test_characters_that_no_workbook_may_hold_are_left_out():
    content = b"".join(workbook("x", ["a"], [["a\x00b\x0b\ufffe<&>\"'"]]))
    assert rows_of(content)[1] == ["ab<&>\"'"]


def test_numbers_stay_numbers():
    content = b"".join(workbook("x", ["a", "b", "c"], [[-5, 1.25, ""]]))
    assert rows_of(content)[1][:2] == [-5, 1.25]


def test_the_file_holds_the_rows_and_the_order_of_the_list(cast, chief):
    SchoolFactory.create_batch(3)
    found = rows_of(body(chief.get(EXPORT, {"q": "演员", "sort": "-code"})))
    assert found[0][:2] == ["School", "Identification code"]
    assert [row[1] for row in found[1:]] == [cast.school.code]
    event = Event.objects.get(action="schools.school.exported")
    assert event.detail == {"count": 1, "filters": ["q", "sort"]}


def test_the_list_offers_the_workbook_and_an_unknown_filter_is_refused(cast, chief):
    assert EXPORT in chief.get(LIST).content.decode()
    assert chief.get(EXPORT, {"credit_code__startswith": "5"}).status_code == 400


def test_who_may_look_but_not_export_gets_no_file(cast):
    assert client_of(cast.district_reviewer).get(EXPORT).status_code == 403


@pytest.fixture
def long_list(settings):
    settings.EXPORT_ROWS_AT_ONCE = 0


def drained():
    draining.drain()


def test_a_long_list_is_made_by_a_job_and_told(cast, chief, long_list):
    answer = chief.get(EXPORT, {"sort": "code"})
    job = Job.objects.get()
    assert answer.url == reverse("desk:job", args=[job.pk])
    drained()
    job.refresh_from_db()
    assert (job.status, job.done) == ("done", 2)
    result = ResultFile.objects.get()
    found = rows_of(body(chief.get(job.result["url"])))
    assert [row[1] for row in found[1:]] == sorted(School.objects.values_list("code", flat=True))
    assert result.row_count == 2
    assert Notice.objects.get(user=cast.basic_clerk, kind="jobs.done").url == job.result["url"]


def test_only_one_export_of_a_person_runs_at_a_time(cast, chief, long_list):
    chief.get(EXPORT)
    page = chief.get(EXPORT, follow=True).content.decode()
    assert "An export of yours is being made" in page
    assert Job.objects.count() == 1


def test_a_result_is_its_owners_and_ends_with_the_right(cast, chief, long_list):
    chief.get(EXPORT)
    drained()
    url = Job.objects.get().result["url"]
    assert client_of(cast.office_clerk).get(url).status_code == 404
    assert client_of(cast.preschool_clerk).get(url).status_code == 404
    Membership.objects.filter(user=cast.basic_clerk).update(
        unit=cast.district_reviewer.memberships.get().unit
    )
    Membership.objects.filter(user=cast.basic_clerk).update(role="district_reviewer")
    assert chief.get(url).status_code == 404


def test_a_right_that_ends_before_the_job_runs_leaves_no_file(cast, chief, long_list):
    chief.get(EXPORT)
    Membership.objects.filter(user=cast.basic_clerk).delete()
    drained()
    assert Job.objects.get().status == "failed"
    assert not ResultFile.objects.filter(made_at__isnull=False).exists()


def test_a_result_is_gone_after_its_term(cast, chief, long_list):
    chief.get(EXPORT)
    drained()
    url = Job.objects.get().result["url"]
    ResultFile.objects.update(created_at=oldest(timezone.now()) - timedelta(minutes=1))
    assert chief.get(url).status_code == 404
    assert remove_old_results() > 0
    assert not ResultFile.objects.exists()


def test_a_stored_result_holds_no_readable_text(cast, chief, long_list):
    chief.get(EXPORT, {"q": "演员"})
    drained()
    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM sheets_resultfile")
        assert "演员".encode() not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT content FROM sheets_resultpiece")
        assert not bytes(cursor.fetchone()[0]).startswith(b"PK")
