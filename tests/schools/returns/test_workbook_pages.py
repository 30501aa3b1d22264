"""The whole way of a workbook through the pages of a school, with the limited process that reads it."""

from __future__ import annotations

import io
import zipfile
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from bureau.accounts.models import Visit
from bureau.sheets.models import SheetUpload
from schools.returns.models import Return
from schools.returns.workbook import uploading
from tests.bureau.sheets.books import loaded, saved
from tests.cast import in_english
from tests.factories import returns
from tests.schools.returns.test_workbook import BOYS, GIRLS, book_of, cell, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast) -> Return:
    return returns.filled(cast)


@pytest.fixture
def clerk(client, cast):
    client.force_login(in_english(cast.school_clerk))
    return client


def at(record, kind="", *args):
    return reverse(f"school:schools:return_workbook{'_' if kind else ''}{kind}", args=[record.pk, *args])


def send(client, record, content, name="return.xlsx"):
    return client.post(at(record), {"file": SimpleUploadedFile(name, content)})


def text(response) -> str:
    return unescape(response.content.decode())


def test_download_fill_in_upload_correct_and_save(clerk, record):
    book = loaded(clerk.get(at(record, "file")).content)
    cell(book, "A·A1").value = 25
    cell(book, "A·B1").value = "eighteen"
    address = send(clerk, record, saved(book)).url
    page = text(clerk.get(address))
    assert "Nothing has been saved yet" in page
    assert "A·B1" in page and "“eighteen” is not a whole number" in page
    assert "It can be saved once 1 cell can be read." in page
    upload = SheetUpload.objects.get()
    clerk.post(at(record, "save", upload.pk))
    assert fresh(record).values[BOYS] == "20"
    clerk.post(address, {f"cell-{GIRLS}": "18"})
    assert "Save 1 change" in text(clerk.get(address))
    marked = loaded(clerk.get(at(record, "returned", upload.pk)).content)
    assert cell(marked, "A·A1").value == 25
    done = clerk.post(at(record, "save", upload.pk), follow=True)
    assert "1 cell was saved." in text(done)
    assert fresh(record).values[BOYS] == "25"


def test_files_that_are_no_workbook_of_this_page_get_a_sentence_each(clerk, record):
    macros = io.BytesIO()
    with zipfile.ZipFile(macros, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", "x")
    # Passwords, old formats, empty and damaged files: tests/bureau/sheets/test_reading.py.
    for content, said in (
        (macros.getvalue(), "carries macros"),
        (b"\0" * ((20 << 20) + 1), "at most 20 MB"),
    ):
        answer = send(clerk, record, content)
        assert (answer.status_code, said in text(answer)) == (422, True), said
    both = [SimpleUploadedFile(name, b"x") for name in ("one.xlsx", "two.xlsx")]
    assert "one workbook at a time" in text(clerk.post(at(record), {"file": both}))
    assert not SheetUpload.objects.exists()


def test_a_workbook_of_another_return_of_the_school_leads_to_its_page(cast, clerk, record):
    last = returns.CollectionFactory(version_of_form=record.form_version, year=2024)
    other = returns.issued(cast, collection=last)
    answer = send(clerk, record, saved(book_of(other)))
    assert answer.status_code == 422
    assert f'href="{at(other)}"' in text(answer)


def test_of_a_school_only_its_own_people_and_of_uploads_only_the_uploader(cast, client, clerk, record):
    book = book_of(record)
    cell(book, "A·A1").value = 25
    address = send(clerk, record, saved(book)).url
    client.force_login(cast.principal)
    assert client.get(at(record)).status_code == 200
    assert client.get(address).status_code == 404
    client.force_login(cast.other_principal)
    assert client.get(at(record)).status_code == 404
    assert client.get(at(record, "file")).status_code == 404


def test_a_locked_return_says_why_and_offers_no_upload(cast, clerk):
    record = returns.with_section(cast)
    page = clerk.get(at(record))
    assert "It is with" in text(page)
    assert 'type="file"' not in text(page)


def test_a_worker_killed_between_upload_and_check_leaves_a_file_that_can_be_checked(cast, clerk, record):
    book = book_of(record)
    cell(book, "A·A1").value = 25
    upload = uploading.take(record=record, name="r.xlsx", content=saved(book), by=cast.school_clerk)
    assert "Check the file" in text(clerk.get(at(record, "upload", upload.pk)))
    clerk.post(at(record, "upload", upload.pk))
    upload.refresh_from_db()
    assert upload.report["counts"]["change"] == 1


def test_a_worker_killed_while_saving_leaves_nothing_half_saved_and_the_file(cast, clerk, record):
    book = book_of(record)
    cell(book, "A·A1").value = 25
    cell(book, "A·B1").value = 19
    send(clerk, record, saved(book))
    upload = SheetUpload.objects.get()

    def killed(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "schools_cellchange" in sql:
            raise SystemExit
        return execute(sql, params, many, context)

    with connection.execute_wrapper(killed), pytest.raises(SystemExit):
        uploading.confirm(upload, record=record, by=cast.school_clerk)
    assert fresh(record).values == record.values
    upload.refresh_from_db()
    assert upload.saved_at is None
    uploading.confirm(upload, record=record, by=cast.school_clerk)
    assert fresh(record).values[BOYS] == "25"


def test_corrections_typed_when_the_session_had_ended_are_carried_to_the_sign_in(clerk, record):
    book = book_of(record)
    cell(book, "A·B1").value = "eighteen"
    address = send(clerk, record, saved(book)).url
    Visit.objects.all().delete()
    answer = clerk.post(address, {f"cell-{GIRLS}": "18"})
    assert answer.status_code == 401
    assert 'name="carried"' in text(answer)
    assert SheetUpload.objects.get().saved_at is None
