"""Files with a report: sealed, without their names, carried over when it is sent; nothing typed is ever lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bureau.access.services import permitted
from bureau.files import storage
from bureau.files.models import Attachment
from bureau.files.services import open_content
from sections.office.person_reports.enclosing import ENCLOSURES
from sections.office.person_reports.models import PersonReport, ReportDraft
from tests.bureau.files import corpus
from tests.cast import Cast
from tests.sections.office.letters.filling import picture
from tests.sections.office.person_reports.test_public import NEW, TYPED, ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_least_time(settings: Any) -> None:
    settings.LETTERS_MIN_SECONDS = 0


def send(client: Client, token: str, *uploads: Any, **changes: str) -> Any:
    data: dict[str, Any] = {**TYPED, "ticket": token, **changes}
    return client.post(NEW, {**data, "files": list(uploads)} if uploads else data)


def test_files_are_added_taken_out_and_go_with_the_report_without_their_names(
    cast: Cast, client: Client
) -> None:
    token = ticket(client)
    page = send(client, token, picture("李示例拍的.png"), picture("b.png", colour="blue"), go="attach")
    text = page.content.decode()
    assert page.status_code == 200 and TYPED["body"] in text and "李示例" not in text
    first, second = Attachment.objects.order_by("pk")
    send(client, token, go=f"remove-{first.pk}")
    page = send(client, token, SimpleUploadedFile("li-example.pdf", corpus.pdf()))
    report = PersonReport.objects.get()
    names = sorted(Attachment.objects.of(report).values_list("name", flat=True))
    assert names == [f"{report.number}-1.png", f"{report.number}-2.pdf"]
    assert page.context["file_count"] == 2 and not ReportDraft.objects.exists()
    row = Attachment.objects.of(report).order_by("pk").first()
    assert row is not None and row.pk == second.pk
    assert open_content(row, by=cast.discipline_officer).read()[:4] == b"\x89PNG"
    for person in (cast.office_chief, cast.bureau_leader, cast.auditor):
        assert not permitted(person, "view", Attachment).filter(pk=row.pk).exists()


def test_the_disk_holds_them_encrypted_from_the_first_moment(cast: Cast, client: Client) -> None:
    send(client, ticket(client), picture(), go="attach")
    row = Attachment.objects.get()
    with open(storage._path(row.stored_as), "rb") as content:
        assert not content.read(4).startswith(b"\x89PNG")
    for person in cast.people().values():
        assert not permitted(person, "view", Attachment).exists()


def test_a_refused_file_says_why_and_everything_else_stays(cast: Cast, client: Client) -> None:
    token = ticket(client)
    page = send(client, token, picture(), SimpleUploadedFile("run.exe", b"MZ no picture"), subject="")
    text = page.content.decode()
    assert page.status_code == 422 and "run.exe" in text and TYPED["body"] in text
    assert Attachment.objects.count() == 1 and not PersonReport.objects.exists()
    # The file that was taken waits while another mistake is put right.
    assert send(client, token, subject="").status_code == 422
    assert send(client, token).status_code == 200
    assert Attachment.objects.of(PersonReport.objects.get()).count() == 1


def test_a_form_takes_out_no_file_of_another_form(cast: Cast, client: Client) -> None:
    send(client, ticket(client), picture(), go="attach")
    theirs = Attachment.objects.get()
    for key in (str(theirs.pk), "x", "9" * 30):
        assert send(client, ticket(client), go=f"remove-{key}").status_code == 200
    assert Attachment.objects.exists()


def test_files_that_were_never_sent_go_when_their_hours_are_over(cast: Cast, client: Client) -> None:
    send(client, ticket(client), picture(), go="attach")
    assert ENCLOSURES.delete_outdated() == 0
    ReportDraft.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    assert ENCLOSURES.delete_outdated() == 1
    assert not Attachment.objects.exists()


def test_too_many_files_are_asked_to_wait_and_what_was_typed_stays(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.LETTERS_FILES_PER_SENDER = 1
    page = send(client, ticket(client), picture(), picture(colour="blue"))
    assert page.status_code == 429 and TYPED["body"] in page.content.decode()
    assert not PersonReport.objects.exists()
