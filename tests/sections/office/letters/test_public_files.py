"""Files of a writer: taken by their content, carried to the letter, neutral in name for all but the office."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bureau.access.services import permitted
from bureau.audit.models import Event
from bureau.files import services as files
from bureau.files import storage
from bureau.files.choices import Scan
from bureau.files.models import Attachment
from bureau.workflow import services as workflow
from sections.office.letters import enclosures
from sections.office.letters.models import Letter, LetterDraft, SentName
from sections.office.letters.services import receipt_code
from sections.office.letters.writing import Draft
from tests.bureau.files import corpus
from tests.cast import Cast
from tests.factories import letters
from tests.sections.office.letters.filling import (
    NEW,
    TEXT,
    WRITER,
    at_text,
    hidden,
    picture,
    post,
    to_the_check,
)

pytestmark = pytest.mark.django_db


def sent_with(client: Client, *uploads: SimpleUploadedFile, **changes: str) -> Letter:
    page = post(client, at_text(client), **{**TEXT, **changes}, files=list(uploads))
    post(client, post(client, page, **WRITER), go="send")
    return Letter.objects.latest("pk")


def of(record: Any) -> list[Attachment]:
    return list(Attachment.objects.of(record))


def test_files_come_along_with_next_and_are_shown_before_sending(cast: Cast, client: Client) -> None:
    page = post(client, at_text(client), **TEXT, files=[picture("我家.png")])
    check = post(client, page, **WRITER).content.decode()
    assert "我家.png" in check and "Take out" in check
    assert not Letter.objects.exists()


def test_sending_carries_the_files_to_the_letter_under_neutral_names(cast: Cast, client: Client) -> None:
    letter = sent_with(client, picture("王示例.png"), SimpleUploadedFile("wang-example.pdf", corpus.pdf()))
    assert [row.name for row in of(letter)] == [f"{letter.number}-1.png", f"{letter.number}-2.pdf"]
    assert not LetterDraft.objects.exists()
    assert sorted(name for _row, name in enclosures.with_names(letter)) == ["wang-example.pdf", "王示例.png"]


def test_the_office_reads_the_names_and_the_section_does_not(cast: Cast, client: Client) -> None:
    letter = sent_with(client, picture("王示例.png"))
    pages = {}
    for step, by, data in (
        ("register", cast.office_clerk, {"kind": letter.kind, "school": None}),
        ("accept", cast.office_chief, {}),
        ("assign", cast.office_clerk, {"unit": cast.basic_clerk.memberships.get().unit, "leaks_seen": True}),
    ):
        if step == "register":
            pages["office"] = page_of(cast.office_clerk, letter)
        letter = workflow.perform(letter, step, by=by, data=data)
    pages["section"] = page_of(cast.basic_clerk, letter)
    assert "王示例.png" in pages["office"]
    assert f"{letter.number}-1.png" in pages["section"]
    assert "王示例" not in pages["section"]
    download = signed_in(cast.basic_clerk).get(f"/desk/files/{of(letter)[0].pk}/")
    assert download.status_code == 200
    assert "%E7%8E%8B" not in download.headers["Content-Disposition"]  # 王


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(user: Any, letter: Letter) -> str:
    return signed_in(user).get(f"/desk/office/letters/{letter.pk}/").content.decode()


def test_who_may_not_see_the_letter_sees_no_file_of_it(cast: Cast, client: Client) -> None:
    letter = sent_with(client, picture(), school=cast.school.code)
    row = of(letter)[0]
    for person in (cast.principal, cast.basic_clerk, cast.system_admin, cast.personnel_clerk):
        assert signed_in(person).get(f"/desk/files/{row.pk}/").status_code in (302, 403, 404)
        assert not permitted(person, "view", Attachment).filter(pk=row.pk).exists()


def test_files_of_a_letter_that_is_not_sent_are_seen_by_nobody(cast: Cast, client: Client) -> None:
    post(client, at_text(client), **TEXT, files=[picture()])
    row = Attachment.objects.get()
    for person in cast.people().values():
        assert not permitted(person, "view", Attachment).filter(pk=row.pk).exists()


def test_a_file_is_removed_before_sending_without_a_trace(cast: Cast, client: Client) -> None:
    page = post(client, at_text(client), **TEXT, files=[picture()], go="attach")
    row = Attachment.objects.get()
    page = post(client, page, **TEXT, go=f"remove-{row.pk}")
    assert "我" not in page.content.decode() and "Bus stop" in page.content.decode()
    assert not Attachment.objects.exists() and not SentName.objects.exists()


def test_a_form_removes_no_file_of_another_form(cast: Cast, client: Client) -> None:
    letter = sent_with(client, picture())
    post(client, at_text(client), **TEXT, files=[picture(colour="blue")], go="attach")
    mine = Attachment.objects.latest("pk")
    other = post(client, at_text(client), **TEXT, files=[picture(colour="green")], go="attach")
    for target in (mine.pk, of(letter)[0].pk, 10**30, "x", "²"):
        post(client, other, **TEXT, go=f"remove-{target}")
    assert Attachment.objects.count() == 3


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("letter.exe", b"MZ", "are not taken here"),
        ("list.exe.pdf", corpus.pdf(), "two endings"),
        ("photo.png", b"not a picture", "photo.png"),
        ("photo.jpg", corpus.pdf(), "photo.jpg"),
        ("empty.pdf", b"", "The file is empty."),
        ("page.html", b"<script>alert(1)</script>", "are not taken here"),
    ],
)
def test_a_file_that_is_not_taken_is_named_and_the_letter_is_kept(
    cast: Cast, client: Client, name: str, content: bytes, sentence: str
) -> None:
    answer = post(client, at_text(client), **TEXT, files=[SimpleUploadedFile(name, content)])
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text and name in text
    assert "Where does the bus stop?" in text
    assert not Attachment.objects.exists()


def test_a_good_file_beside_a_bad_one_is_kept(cast: Cast, client: Client) -> None:
    bad = SimpleUploadedFile("a.exe", b"MZ")
    text = post(client, at_text(client), **TEXT, files=[picture("good.png"), bad]).content.decode()
    assert "good.png" in text and "a.exe" in text
    assert Attachment.objects.count() == 1


def test_a_picture_tells_no_longer_where_it_was_taken(cast: Cast, client: Client) -> None:
    letter = sent_with(client, picture("a.jpg"))
    with storage.read(of(letter)[0].stored_as) as content:
        assert b"CanaryPlace" not in content.read()


def test_one_letter_takes_so_many_files(cast: Cast, client: Client, settings: Any) -> None:
    colours = ["red", "green", "blue", "white", "black", "yellow"]
    uploads = [picture(f"{colour}.png", colour=colour) for colour in colours]
    answer = post(client, at_text(client), **TEXT, files=uploads)
    assert answer.status_code == 422
    assert "yellow.png" in answer.content.decode()
    assert Attachment.objects.count() == settings.LETTERS_FILES == 5


def test_the_same_file_twice_is_one_file_and_no_fault(cast: Cast, client: Client) -> None:
    page = post(client, at_text(client), **TEXT, files=[picture()], go="attach")
    answer = post(client, page, **TEXT, files=[picture()], go="attach")
    assert answer.status_code == 200
    assert Attachment.objects.count() == 1


def test_many_files_of_one_sender_are_asked_to_wait(cast: Cast, client: Client, settings: Any) -> None:
    settings.LETTERS_FILES_PER_SENDER = 1
    answer = post(client, at_text(client), **TEXT, files=[picture(), picture("b.png", colour="blue")])
    assert answer.status_code == 429 and answer.headers["Retry-After"]
    assert "Where does the bus stop?" in answer.content.decode()
    assert Attachment.objects.count() == 1


def test_files_of_letters_not_sent_fill_no_disk(cast: Cast, client: Client, settings: Any) -> None:
    post(client, at_text(client), **TEXT, files=[picture(size=64)], go="attach")
    settings.LETTERS_FILES_WAITING_MB = 0
    answer = post(client, at_text(client), **TEXT, files=[picture("b.png", colour="blue")])
    assert answer.status_code == 422
    assert "no room for files" in answer.content.decode()
    assert Attachment.objects.count() == 1


def test_a_file_that_no_scanner_has_cleared_is_handed_to_nobody(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.CLAMAV = "127.0.0.1:1"
    letter = sent_with(client, picture())
    row = of(letter)[0]
    assert row.scan == Scan.WAITING
    assert signed_in(cast.office_clerk).get(f"/desk/files/{row.pk}/").status_code == 409
    Attachment.objects.update(scan=Scan.INFECTED)
    assert signed_in(cast.office_clerk).get(f"/desk/files/{row.pk}/").status_code == 409


def test_letter_and_files_move_in_one_transaction(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = post(client, at_text(client), **TEXT, files=[picture()])
    check = post(client, page, **WRITER)

    def fail(**values: Any) -> None:
        raise workflow.Invalid("The house is on fire.")

    with monkeypatch.context() as patched:
        patched.setattr(files, "hand_over", fail)
        answer = post(client, check, go="send")
    assert "The house is on fire." in answer.content.decode()
    assert not Letter.objects.exists()
    assert Attachment.objects.of(LetterDraft.objects.get()).count() == 1
    post(client, check, go="send")
    assert len(of(Letter.objects.get())) == 1


def test_a_file_added_after_sending_is_told_to_be_too_late(cast: Cast, client: Client) -> None:
    check = to_the_check(client)
    post(client, check, go="send")
    again = client.post(
        NEW,
        {"draft": hidden(check, "draft"), "step": "text", **TEXT, "files": [picture()], "go": "attach"},
    )
    answer = post(client, post(client, again, **TEXT), go="send").content.decode()
    assert "the bureau has the first text" in answer
    assert not of(Letter.objects.get())


def test_no_name_of_a_file_stands_in_the_audit(cast: Cast, client: Client) -> None:
    sent_with(client, picture("王示例的证据.png"))
    assert "王示例" not in str(list(Event.objects.values()))
    assert Event.objects.filter(action="files.attachment.handed_over").exists()


# -- files that go with the answer ------------------------------------------------------------------------


def with_answer_file(cast: Cast, token: str) -> tuple[Letter, Attachment]:
    letter = letters.drafted(cast, token=token)
    row = files.attach(
        record=letter,
        upload=SimpleUploadedFile("张科员的草稿.pdf", corpus.pdf()),
        kind=enclosures.ANSWER_KIND,
        by=cast.basic_clerk,
    )
    return letter, row


def test_the_writer_fetches_what_goes_with_the_answer_once_it_is_sent(cast: Cast) -> None:
    letter, row = with_answer_file(cast, "with-file")
    client, address = Client(), f"/en/letters/files/{row.pk}/"
    client.post("/en/track/", {"number": letter.number, "code": receipt_code("with-file")})
    assert client.get(address).status_code == 404
    letter = workflow.perform(letter, "propose", by=cast.basic_clerk)
    workflow.perform(letter, "approve", by=cast.office_chief)
    assert address in client.get("/en/track/status/").content.decode()
    answer = client.get(address)
    assert answer.status_code == 200
    assert re.search(r'filename="L\d{4}-\d{6}-R1.pdf"', answer.headers["Content-Disposition"])
    assert "no-store" in answer.headers["Cache-Control"]


def test_nobody_else_fetches_it(cast: Cast) -> None:
    letter, row = with_answer_file(cast, "with-file")
    letter = workflow.perform(letter, "propose", by=cast.basic_clerk)
    workflow.perform(letter, "approve", by=cast.office_chief)
    stranger = letters.sent()
    client = Client()
    address = f"/en/letters/files/{row.pk}/"
    assert client.get(address).status_code == 404
    client.post("/en/track/", {"number": stranger.letter.number, "code": stranger.code})
    assert client.get(address).status_code == 404


def test_a_writers_own_enclosure_is_no_public_address(cast: Cast, client: Client) -> None:
    page = post(client, at_text(client), **TEXT, files=[picture()])
    check = post(client, page, **WRITER)
    token = Draft.read(hidden(check, "draft")).token  # type: ignore[union-attr]
    post(client, check, go="send")
    letter = Letter.objects.get()
    client.post("/en/track/", {"number": letter.number, "code": receipt_code(token)})
    assert client.get(f"/en/letters/files/{of(letter)[0].pk}/").status_code == 404
