"""The monthly report: counted once, released once, never changed."""

import io
from datetime import date

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from bureau.access.services import may, may_add, permitted
from bureau.accounts.principals import PUBLIC
from bureau.audit.models import Event
from bureau.jobs import draining
from bureau.jobs.models import Job
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from sections.office.letter_figures import pdf, sheet, tasks
from sections.office.letter_figures.counting import FIGURES, whole_month
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.reconciling import differences, reasons
from sections.office.letter_figures.selectors import figures
from sections.office.letter_figures.services import draft_report
from sections.office.letter_figures.snapshots import read, stored
from sections.office.letters.choices import Channel, Kind, Status
from sections.office.letters.models import Letter
from tests.factories.letter_figures import answered, letter, report

D = date
MARCH = D(2026, 3, 1)
LIST = "/desk/office/letter-reports/"


@pytest.fixture
def march(cast):
    answered(D(2026, 3, 1), D(2026, 3, 11), D(2026, 4, 30), unit="basic", rating=5)
    answered(D(2026, 3, 2), D(2026, 3, 31), D(2026, 3, 20), unit="basic", channel=Channel.POST)
    letter(D(2026, 3, 9), Status.DECLINED, closed_on=D(2026, 3, 12), kind=Kind.SUGGESTION)
    letter(D(2026, 3, 20))
    return cast


@pytest.fixture
def drafted(march):
    return report(MARCH)


@pytest.fixture
def signed_in():
    def client_of(user):
        user.language = "en"
        user.save(update_fields=["language"])
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return client_of


def released(drafted, cast):
    return workflow.perform(drafted, "release", by=cast.office_chief)


# --- drafting --------------------------------------------------------------------------------------------


def test_a_report_keeps_the_figures_of_its_month(drafted):
    found = read(drafted.figures).total
    assert (found.counts["received"], found.counts["answered"], found.counts["open"]) == (4, 2, 1)
    assert (found.counts["on_time"], found.counts["late"], found.median) == (1, 1, 19.5)
    assert drafted.status == "drafted" and drafted.owner.key == "office"


def test_stored_figures_are_read_as_they_were_written(drafted):
    assert stored(read(drafted.figures)) == drafted.figures


def test_a_report_names_no_person_and_no_letter(drafted):
    text = str(drafted.figures)
    assert all(word not in text for word in ("Wang Example", Letter.objects.first().number, "Letter "))


def test_a_month_has_one_report_and_must_be_over(drafted, march):
    with pytest.raises(workflow.Invalid, match="a report for this month already"):
        report(MARCH)
    with pytest.raises(workflow.Invalid, match="has not ended"):
        draft_report(month=D(2099, 1, 1), by=march.office_clerk)
    assert LetterReport.objects.count() == 1


def test_what_changes_later_does_not_move_the_figures(drafted, march):
    kept = drafted.figures
    letter(D(2026, 3, 5))
    drafted.refresh_from_db()
    assert drafted.figures == kept


def test_a_letter_about_the_bureau_itself_is_in_no_report(march):
    """Its subject reads the report, and must not find one letter more there than in his own figures."""
    from sections.office.letters.choices import AccusedKind
    from sections.office.letters.models import Accused

    about = letter(D(2026, 3, 4), unit="basic")
    Accused.objects.create(letter=about, kind=AccusedKind.PERSON, user=march.deputy_leader)
    other = letter(D(2026, 3, 4), unit="basic")
    Accused.objects.create(letter=other, kind=AccusedKind.SCHOOL, school=march.school)
    made = report(MARCH)
    assert made.total("received") == 5
    assert made.total("received") == figures(march.deputy_leader, whole_month(MARCH)).total.counts["received"]
    assert differences(made) == []


# --- rights ----------------------------------------------------------------------------------------------


def test_office_and_leaders_see_reports_sections_schools_and_visitors_do_not(drafted, march):
    sees = {
        name
        for name, user in march.people().items()
        if permitted(user, "view", LetterReport).filter(pk=drafted.pk).exists()
    }
    assert sees == {"office_clerk", "office_chief", "deputy_leader", "bureau_leader", "auditor"}
    assert not permitted(PUBLIC, "view", LetterReport).exists()


def test_staff_of_the_office_begin_and_word_reports_the_chief_alone_releases(drafted, march):
    assert may_add(march.office_clerk, LetterReport) and not may_add(march.basic_clerk, LetterReport)
    assert not may_add(march.bureau_leader, LetterReport)
    assert may(march.office_clerk, "change", drafted)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(drafted, "release", by=march.office_clerk)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(drafted, "release", by=march.bureau_leader)
    assert released(drafted, march).status == "released"


def test_the_inbox_of_the_office_holds_a_drafted_report(drafted, march, signed_in):
    assert "Report of 2026-03" in signed_in(march.office_chief).get("/desk/").content.decode()
    notice = Notice.objects.filter(kind="letters.report_drafted", user=march.office_chief).get()
    assert notice.params == {"month": "2026-03"}


# --- releasing -------------------------------------------------------------------------------------------


def test_a_released_report_is_changed_by_nobody(drafted, march):
    done = released(drafted, march)
    assert (done.released_by, done.is_intact) == ("Office Chief", True)
    for name in march.people():
        assert not may(getattr(march, name), "change", done), name
    with pytest.raises(workflow.NotPermitted):
        workflow.amend(done, by=march.office_chief, changes={"remarks": "Another"})
    done.figures["total"]["counts"]["received"] = 99
    with pytest.raises(ValidationError, match="stays as it was"):
        done.save()
    with pytest.raises(workflow.WrongState):
        workflow.perform(done, "release", by=march.office_chief)


def test_figures_changed_in_the_database_are_noticed(drafted, march, signed_in):
    done = released(drafted, march)
    forged = {**done.figures, "total": {**done.figures["total"], "median": 1}}
    LetterReport.objects.filter(pk=done.pk).update(figures=forged)
    page = signed_in(march.office_chief).get(f"{LIST}{done.pk}/").content.decode()
    assert "differ from what was released" in page


def test_remarks_are_written_until_the_release(drafted, march, signed_in):
    client = signed_in(march.office_clerk)
    page = client.get(f"{LIST}{drafted.pk}/edit/")
    version = page.context["form"]["version"].value()
    client.post(f"{LIST}{drafted.pk}/edit/", {"remarks": "Many letters on buses.", "version": version})
    drafted.refresh_from_db()
    assert drafted.remarks == "Many letters on buses."
    done = released(drafted, march)
    assert client.get(f"{LIST}{done.pk}/edit/").status_code in (403, 409)


# --- what differs later ----------------------------------------------------------------------------------


def test_a_later_difference_is_named_with_its_reason(drafted, march):
    assert differences(drafted) == []
    letter(D(2026, 3, 6))
    found = {one.label: (one.reported, one.now) for one in differences(drafted)}
    assert found == {"Received": (4, 5), "Open": (1, 2)}
    assert reasons(drafted) == ["1 letter of the month was entered later."]


def test_a_reopened_letter_is_named_as_a_reason(drafted, march):
    again = Letter.objects.get(rating=5)
    today = timezone.localdate(drafted.counted_at)
    Letter.objects.filter(pk=again.pk).update(
        status=Status.ACCEPTED, answered_on=None, closed_on=None, reopened_on=today, rating=None
    )
    found = {one.label: (one.reported, one.now) for one in differences(drafted)}
    assert found["Answered"] == (2, 1)
    assert "1 letter was reopened." in reasons(drafted)


def test_the_page_says_that_nothing_has_changed_or_what(drafted, march, signed_in):
    client = signed_in(march.bureau_leader)
    assert "the same figures" in client.get(f"{LIST}{drafted.pk}/").content.decode()
    letter(D(2026, 3, 6))
    assert "Received: 4 in the report, 5 today" in client.get(f"{LIST}{drafted.pk}/").content.decode()


# --- as files --------------------------------------------------------------------------------------------


def workbook(drafted):
    content = b"".join(sheet.content(drafted))
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_the_workbook_holds_every_line_and_figure(drafted):
    heads, *rows = workbook(drafted)
    assert heads[:3] == ("Table", "Line", "Received") and len(heads) == 2 + len(FIGURES) + 4
    found = read(drafted.figures)
    assert len(rows) == 1 + sum(len(block.lines) for block in found.blocks)
    by_line = {row[:2]: dict(zip(heads[2:], row[2:], strict=True)) for row in rows}
    basic = by_line["By section", "Basic Education Section"]
    assert (basic["Answered"], basic["Late"], basic["Median days to answer"]) == (2, 1, 19.5)
    assert basic["On-time rate (%)"] == 50
    assert by_line["By section", "Personnel Section"]["Received"] == 0


def test_the_workbook_is_handed_to_whom_may_export(drafted, march, signed_in):
    address = f"{LIST}{drafted.pk}/sheet/"
    response = signed_in(march.office_clerk).get(address)
    assert response.status_code == 200
    assert "letters-2026-03.xlsx" in response.headers["Content-Disposition"]
    assert Event.objects.filter(action="office.letterreport.exported").get().detail == {"as": "xlsx"}
    assert signed_in(march.bureau_leader).get(address).status_code == 403
    assert signed_in(march.basic_clerk).get(address).status_code == 404


def text_of(content):
    """The words; the reader gives some of them with noughts between the letters."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\x00", "")


def test_the_pdf_says_what_the_page_says(drafted, march):
    workflow.amend(drafted, by=march.office_clerk, changes={"remarks": "来信集中在校车。"})
    drafted.refresh_from_db()
    text = text_of(pdf.content(drafted))
    for words in (
        "March 2026",
        "Draft, not released",
        "Basic Education",
        "1 (50%)",
        "19.5",
        "来信集中在校车",
    ):
        assert words in text, words


@pytest.mark.django_db(transaction=True)
def test_a_pdf_is_made_in_the_background_and_taken_by_who_asked(drafted, march, signed_in):
    client = signed_in(march.office_chief)
    asked = client.post(f"{LIST}{drafted.pk}/pdf/")
    job = Job.objects.get(kind="letters.report_pdf")
    assert asked.headers["Location"] == f"/desk/jobs/{job.pk}/"
    draining.drain()
    job.refresh_from_db()
    assert job.status == "done"
    taken = client.get(job.result["url"])
    assert taken.headers["Content-Type"] == "application/pdf"
    assert "March 2026" in text_of(b"".join(taken.streaming_content))
    assert signed_in(march.office_clerk).get(job.result["url"]).status_code == 404
    assert signed_in(march.bureau_leader).post(f"{LIST}{drafted.pk}/pdf/").status_code == 403


def test_without_a_font_the_job_says_what_to_install(drafted, march, signed_in, settings):
    settings.PDF_FONT = "/nowhere/font.ttc"
    signed_in(march.office_chief).post(f"{LIST}{drafted.pk}/pdf/")
    draining.drain()
    job = Job.objects.get(kind="letters.report_pdf")
    assert job.status == "failed"
    assert "fonts-noto-cjk" in job.message and "PDF_FONT" in job.message


# --- the schedule ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "months"),
    [
        ("2026-04-01 08:00 +0800", [MARCH]),  # a Wednesday
        ("2026-05-01 08:00 +0800", []),  # Labour Day: not yet
        ("2026-05-06 08:00 +0800", [D(2026, 4, 1)]),  # the first working day
        ("2026-05-20 08:00 +0800", [D(2026, 4, 1)]),  # the machine was off
    ],
)
def test_last_month_is_drafted_on_the_first_working_day(march, today, months):
    with time_machine.travel(today, tick=False):
        tasks.draft_last_month()
        tasks.draft_last_month()
    assert list(LetterReport.objects.values_list("month", flat=True)) == months
