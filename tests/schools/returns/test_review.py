"""The desk of whoever looks at returns: one page, cells sent back, the next one; the clean ones by a job."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.jobs.models import Job
from bureau.jobs.tasks import run as run_job_task
from schools.returns.choices import CellSource, ReturnStatus
from schools.returns.models import CellChange, LockException, Return
from schools.returns.review_table import gather, tables
from schools.returns.services import remarks
from tests.cast import in_english
from tests.factories import returns
from tests.factories.returns import COMPUTED, FILLED, ReturnFactory
from tests.factories.schools import SchoolFactory


def detail(record):
    return reverse("desk:schools:return_detail", args=[record.pk])


def review(record):
    return reverse("desk:schools:return_review", args=[record.pk])


@pytest.fixture
def officer(client, cast):
    client.force_login(in_english(cast.basic_officer))
    return client


def row(record, key):
    return next(one for part in tables(gather(record)) for one in part.rows if one.key == key)


def test_a_row_holds_all_that_helps_to_judge_a_figure(cast):
    last = returns.accepted(cast)
    type(last.collection).objects.filter(pk=last.collection_id).update(year=2024)
    record = returns.with_section(
        cast,
        collection=returns.CollectionFactory(version_of_form=last.form_version),
        values={
            **FILLED,
            **COMPUTED,
            "pupils.g1.boys": "30",
            "pupils.g1.total": "48",
            "pupils.total.boys": "52",
            "pupils.total.total": "91",
        },
    )
    for number in ("10", "20", "60"):
        ReturnFactory(
            collection=record.collection,
            school=SchoolFactory(district=cast.school.district),
            status="section",
            values={"pupils.g1.boys": number},
        )
    remarks.comment(record=record, cell="pupils.g1.boys", text="Please look", by=cast.basic_clerk)
    found = row(Return.objects.get(pk=record.pk), "pupils.g1.boys")
    assert (found.now, found.last, found.change, found.median) == ("30", "20", "+50.0 %", "20")
    assert any("Please look" in note.text for note in found.notes)
    assert row(record, "money.spent").now == "1,234.56"


def test_marked_cells_go_back_and_the_next_return_opens(officer, cast):
    first, second = returns.with_section(cast), returns.with_section(cast)
    page = officer.get(detail(first))
    assert page.status_code == 200
    assert 'value="pupils.g1.boys"' in page.content.decode()
    answer = officer.post(
        review(first),
        {
            "act": "send_back",
            "seen": first.version,
            "mark": ["pupils.g1.boys", "money.spent"],
            "why:money.spent": "In yuan, please",
            "why": "Please check",
            "due_on": timezone.localdate() + timedelta(days=5),
        },
    )
    assert answer.status_code == 302
    assert answer.url.startswith(detail(second))
    first.refresh_from_db()
    assert first.status == ReturnStatus.RETURNED
    said = dict(first.remarks.values_list("cell", "text"))
    assert said == {"pupils.g1.boys": "Please check", "money.spent": "In yuan, please"}


def test_what_was_typed_comes_back_with_the_sentence_when_a_reason_is_missing(officer, cast):
    record = returns.with_section(cast)
    given = {"act": "send_back", "mark": ["money.spent"], "due_on": timezone.localdate()}
    answer = officer.post(review(record), {**given, "why:pupils.g1.boys": "kept"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Say why" in text
    assert 'value="money.spent"' in text and "checked" in text
    record.refresh_from_db()
    assert record.status == ReturnStatus.SECTION


def test_a_colleague_was_faster(officer, cast):
    record = returns.with_section(cast)
    answer = officer.post(review(record), {"act": "accept", "seen": record.version - 1})
    assert answer.status_code == 409
    assert officer.post(review(record), {"act": "accept", "seen": record.version}).status_code == 302
    assert officer.post(review(record), {"act": "accept"}).status_code == 409


def test_only_those_who_may_see_it_do_and_only_officers_accept(client, cast):
    record = returns.with_section(cast)
    client.force_login(in_english(cast.other_district))
    assert client.get(detail(record)).status_code == 404
    client.force_login(in_english(cast.district_reviewer))
    assert client.get(detail(record)).status_code == 200
    assert client.post(review(record), {"act": "accept"}).status_code == 403
    client.force_login(in_english(cast.basic_clerk))
    assert 'value="accept"' not in client.get(detail(record)).content.decode()


def test_the_past_of_a_cell_and_a_remark_on_it(officer, cast):
    record = returns.with_section(cast)
    CellChange.objects.create(
        owner_return=record,
        cell="money.spent",
        old="100",
        new="123456",
        source=CellSource.TYPED,
        entry=1,
        by_name="Li Min",
    )
    address = reverse("desk:schools:return_cell", args=[record.pk, "money.spent"])
    text = officer.get(address).content.decode()
    assert "Li Min" in text and "1.00" in text and "1,234.56" in text
    assert officer.post(address, {"text": "Which invoice?"}).status_code == 302
    remark = record.remarks.get()
    assert officer.post(address, {"close": remark.pk}).status_code == 302
    remark.refresh_from_db()
    assert remark.closed_at is not None
    assert officer.post(address, {"text": " "}).status_code == 422
    assert officer.get(reverse("desk:schools:return_cell", args=[record.pk, "no.such"])).status_code == 404


def test_the_list_finds_the_clean_the_unusual_and_the_late(officer, cast):
    clean, odd = returns.with_section(cast), returns.with_section(cast)
    Return.objects.filter(pk=odd.pk).update(unusual=2)
    type(odd.collection).objects.filter(pk=odd.collection_id).update(
        due_on=timezone.localdate() - timedelta(days=1)
    )
    page = reverse("desk:schools:return_list")

    def listed(look):
        rows = officer.get(page, {"tab": "section", "look": look}).context["rows"]
        return {row.pk for row in rows}

    assert listed("clean") == {clean.pk}
    assert listed("warnings") == {odd.pk}
    assert listed("late") == {odd.pk}


def test_selected_returns_are_accepted_where_they_are_clean(officer, cast):
    clean, odd = returns.with_section(cast), returns.with_section(cast)
    Return.objects.filter(pk=odd.pk).update(unusual=1)
    page = officer.post(reverse("desk:schools:return_bulk"), {"act": "accept", "pk": [clean.pk, odd.pk]})
    assert page.status_code == 200
    assert "unusual figure" in page.content.decode()
    clean.refresh_from_db()
    odd.refresh_from_db()
    assert (clean.status, odd.status) == (ReturnStatus.ACCEPTED, ReturnStatus.SECTION)


def test_a_long_selection_is_accepted_by_a_job_where_it_is_clean(officer, cast, settings):
    settings.BULK_ROWS_AT_ONCE = 1
    clean, odd = returns.with_section(cast), returns.with_section(cast)
    Return.objects.filter(pk=odd.pk).update(unusual=1)
    asked = {"act": "accept", "all": "1", "list": "tab=section"}
    page = officer.post(reverse("desk:schools:return_bulk"), asked)
    answers = {"confirmed": "1", "count": page.context["count"], "key": page.context["key"]}
    assert officer.post(reverse("desk:schools:return_bulk"), {**asked, **answers}).status_code == 302
    job = Job.objects.get(kind="pages.bulk")
    run_job_task({"job": job.pk}, lambda: None)
    job.refresh_from_db()
    clean.refresh_from_db()
    odd.refresh_from_db()
    assert (clean.status, odd.status) == (ReturnStatus.ACCEPTED, ReturnStatus.SECTION)
    book = b"".join(officer.get(f"{job.result['url']}workbook/").streaming_content)
    rows = [
        [cell.value for cell in row]
        for row in openpyxl.load_workbook(BytesIO(book)).worksheets[0].iter_rows()
    ]
    assert [row[1] for row in rows] == ["Result", "Left out", "Done"]
    assert "unusual figure" in rows[1][2] and rows[1][0].startswith(str(odd.school))


def test_the_job_accepts_the_clean_ones_and_lists_the_others(officer, cast):
    record = returns.with_section(cast)
    odd = ReturnFactory(
        collection=record.collection, school=cast.other_school, status="section", errors=0, unusual=1
    )
    page = reverse("desk:schools:return_clean")
    assert officer.get(page).status_code == 200
    assert officer.post(page, {"collection": record.collection_id}).status_code == 302
    job = Job.objects.get(kind="returns.accept_clean")
    run_job_task({"job": job.pk}, lambda: None)
    job.refresh_from_db()
    record.refresh_from_db()
    assert record.status == ReturnStatus.ACCEPTED
    assert (job.status, job.result["accepted"], [pk for pk, _why in job.result["skipped"]]) == (
        "done",
        1,
        [odd.pk],
    )
    assert "unusual" in officer.get(job.result["url"]).content.decode()


def test_the_job_stops_when_the_right_is_gone(officer, cast):
    record = returns.with_section(cast)
    officer.post(reverse("desk:schools:return_clean"), {"collection": record.collection_id})
    cast.basic_officer.memberships.all().delete()
    job = Job.objects.get(kind="returns.accept_clean")
    run_job_task({"job": job.pk}, lambda: None)
    job.refresh_from_db()
    record.refresh_from_db()
    assert (job.status, record.status) == ("failed", ReturnStatus.SECTION)


def test_an_exception_is_granted_on_its_page(officer, cast):
    record = returns.issued(cast)
    page = reverse("desk:schools:lockexception_add")
    text = officer.get(page, {"collection": record.collection_id, "school": cast.school.code})
    key = text.context["key"]
    until = record.collection.locks_on + timedelta(days=3)
    given = {
        "collection": record.collection_id,
        "school": cast.school.name_zh[:-1],
        "until": until,
        "reason": "停电",
        "key": key,
    }
    assert officer.post(page, given).status_code == 302
    assert LockException.objects.get().granted_by == cast.basic_officer


def test_the_reviewer_reads_which_checks_could_not_be_made(officer, cast):
    record = returns.with_section(cast)
    version = record.form_version
    document = {**version.definition}
    document["checks"] = [
        {
            "key": "more",
            "rule": "money.spent > last(money.spent)",
            "severity": "unusual",
            "message": {"zh": "支出应增加", "en": "Spending grows."},
        }
    ]
    type(version).objects.filter(pk=version.pk).update(definition=document)
    page = officer.get(reverse("desk:schools:return_detail", args=[record.pk])).content.decode()
    assert "“Spending grows”: not checked. Missing: the figure of the last return." in unescape(page)


def test_an_exception_names_the_schools_that_fit_and_takes_a_part_of_a_name(officer, cast):
    record = returns.issued(cast)
    twin = returns.issued(cast, school=SchoolFactory(name_zh=f"{cast.school.name_zh}分校"))
    page = reverse("desk:schools:lockexception_add")
    given = {"collection": record.collection_id, "school": cast.school.name_zh[1:], "reason": "停电"}
    given |= {"until": timezone.localdate() + timedelta(days=40), "key": officer.get(page).context["key"]}
    answer = officer.post(page, given)
    assert answer.status_code == 422
    assert all(one.school.code in answer.content.decode() for one in (record, twin))
    answer = officer.post(page, {**given, "school": "没有的学校"})
    assert "Type a part of its name" in answer.content.decode()
