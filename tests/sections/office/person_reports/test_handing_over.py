"""A letter that reports a person: its content leaves the office, its number stays."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from bureau.access.services import permitted
from bureau.audit.models import Event
from bureau.deadlines import selectors as deadlines
from bureau.files import services as files
from bureau.files import storage
from bureau.files.models import Attachment
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted
from sections.office.letters.choices import Status
from sections.office.letters.enclosures import KIND
from sections.office.letters.models import Letter
from sections.office.person_reports.models import PersonReport
from tests.attacks.walking import signed_in
from tests.cast import Cast
from tests.factories import letters
from tests.sections.office.person_reports.test_way import whole_database

pytestmark = pytest.mark.django_db

WORDS = {
    "title": "Cansubject of the letter",
    "body": "Canbody of the letter",
    "name": "Canwriter",
    "phone": "13912345678",
}
ABOUT = {"accused_name": "Canaccused", "accused_post": "headmaster", "accused_unit": ""}


def handed_over(cast: Cast, letter: Letter, **about: str) -> Letter:
    return workflow.perform(letter, "hand_over", by=cast.office_clerk, data={**ABOUT, **about})


def test_the_content_moves_and_the_shell_stays(cast: Cast) -> None:
    letter = letters.registered(cast, school=cast.school, **WORDS)
    shell = handed_over(cast, letter)
    report = PersonReport.objects.get()
    assert (report.subject, report.body, report.reporter_name) == (
        WORDS["title"],
        WORDS["body"],
        WORDS["name"],
    )
    assert (report.accused_unit, report.received_on) == (cast.school.name_zh, letter.received_on)
    assert (report.letter_number, report.is_by_real_name) == (letter.number, True)
    assert (shell.status, shell.number, shell.school) == (Status.REFERRED, letter.number, None)
    assert (shell.title, shell.body, shell.sender_name, shell.sender_phone) == ("—", "—", "—", "")
    assert shell.sender_digest == "" and shell.closed_on is not None
    assert deadlines.open_clock("letters.acceptance", shell) is None
    assert not WorkItem.objects.filter(kind="office.letter", object_id=shell.pk).exists()


def test_nothing_of_it_is_left_in_the_database_and_the_audit_holds_no_value(cast: Cast) -> None:
    letter = letters.registered(cast, school=cast.school, **WORDS)
    handed_over(cast, letter)
    stored = whole_database()
    assert letter.number in stored
    assert [word for word in [*WORDS.values(), "Canaccused"] if word in stored] == []
    event = Event.objects.get(action="office.letter.hand_over")
    assert {"title", "body", "sender_name"} <= set(event.fields)


def test_what_the_writer_added_goes_along(cast: Cast) -> None:
    from sections.office.letters.models import Addition

    letter = letters.registered(cast, **WORDS)
    Addition.objects.create(letter=letter, body="Canaddition")
    handed_over(cast, letter)
    assert PersonReport.objects.get().body == f"{WORDS['body']}\n\nCanaddition"
    assert not Addition.objects.exists()
    assert "Canaddition" not in whole_database()


def test_files_of_the_writer_go_along_sealed_under_the_number_of_the_report(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_ROOT = str(tmp_path)
    letter = letters.registered(cast, **WORDS)
    content = b"%PDF-1.4 Canfile"
    stored = storage.write(io.BytesIO(content))
    Attachment.objects.create(
        record_kind="office.letter",
        record_id=letter.pk,
        kind=KIND,
        name=f"{letter.number}-1.pdf",
        file_type="pdf",
        size=stored.size,
        sha256=stored.sha256,
        stored_as=stored.name,
        scan="off",
    )
    handed_over(cast, letter)
    row, report = Attachment.objects.get(), PersonReport.objects.get()
    assert (row.record_kind, row.record_id, row.kind) == ("office.personreport", report.pk, "evidence")
    assert row.name == f"{report.number}-1.pdf"
    assert not permitted(cast.office_chief, "view", Attachment).exists()
    with files.open_content(row, by=cast.discipline_officer) as found:
        assert found.read() == content
    call_command("work", "--once", verbosity=0)
    assert not storage.exists(stored.name)
    assert b"Canfile" not in b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())


def test_the_office_sees_the_shell_and_no_way_to_the_report(cast: Cast) -> None:
    letter = handed_over(cast, letters.registered(cast, **WORDS))
    report = PersonReport.objects.get()
    client = signed_in(cast.office_chief)
    for end in ("", "history/", "print/"):
        text = client.get(f"/desk/office/letters/{letter.pk}/{end}").content.decode()
        assert not [word for word in (*WORDS.values(), "Canaccused", report.number) if word in text]
    assert client.get(f"/desk/office/person-reports/{report.pk}/").status_code == 404
    assert client.get("/desk/office/letters/").status_code == 200


def test_number_and_code_of_the_letter_keep_working_and_say_nothing(cast: Cast, client: Client) -> None:
    receipt = letters.sent(**WORDS)
    handed_over(cast, receipt.letter)
    answer = client.post("/en/track/", {"number": receipt.letter.number, "code": receipt.code})
    assert answer.status_code == 302
    text = client.get("/en/track/status/").content.decode()
    text = text[text.index("<main") : text.index("</main>")]
    assert "Handed to the responsible body" in text
    assert not [word for word in (*WORDS.values(), "Canaccused", "Discipline", "withdrew") if word in text]
    assert not re.search(r"R\d{4}-\d{6}", text)


@pytest.mark.parametrize("name", ["basic_clerk", "bureau_leader", "discipline_officer", "principal"])
def test_only_who_registers_letters_hands_one_over(name: str, cast: Cast) -> None:
    letter = letters.registered(cast)
    with pytest.raises(NotPermitted):
        workflow.perform(letter, "hand_over", by=cast.people()[name], data=ABOUT)


def test_a_letter_that_the_unit_cannot_take_stays_whole(cast: Cast) -> None:
    letter = letters.registered(cast, **WORDS)
    with pytest.raises(Invalid, match="cannot take this report"):
        handed_over(cast, letter, accused_name=cast.discipline_officer.name)
    letter.refresh_from_db()
    assert (letter.title, letter.status) == (WORDS["title"], Status.REGISTERED)
    assert not PersonReport.objects.exists()


def test_a_failure_on_the_way_leaves_the_letter_and_no_report(cast: Cast, monkeypatch: Any) -> None:
    letter = letters.registered(cast, **WORDS)

    def broken(_letter: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("sections.office.person_reports.handing_over._drop_what_hangs_on", broken)
    with pytest.raises(RuntimeError):
        handed_over(cast, letter)
    letter.refresh_from_db()
    assert (letter.body, PersonReport.objects.count()) == (WORDS["body"], 0)


def test_whom_the_office_marked_as_accused_never_sees_the_report(cast: Cast) -> None:
    from sections.office.letters.models import Accused

    letter = letters.registered(cast, **WORDS)
    Accused.objects.create(letter=letter, kind="person", user=cast.personnel_clerk)
    handed_over(cast, letter)
    from sections.office.person_reports.accused import digest_of

    kept = PersonReport.objects.get().kept_from.values_list("person_digest", flat=True)
    assert list(kept) == [digest_of(cast.personnel_clerk.pk)]
