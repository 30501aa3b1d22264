"""The files of a record in both workspaces, as they are met over HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bureau.audit.models import Event
from bureau.charter.models import Membership
from bureau.files import services
from bureau.files.choices import CONTENT_TYPES, FileType
from bureau.files.models import Attachment
from tests.attacks.walking import signed_in
from tests.bureau.files import corpus


@pytest.fixture
def at(cast):
    """at("desk") → the address of the school of the cast there."""

    def address(workspace="school", kind="detail"):
        return reverse(f"{workspace}:schools:school_{kind}", args=[cast.school.pk])

    return address


def send(client, address, *, name="批复.pdf", body=None, kind="approval", **fields):
    upload = SimpleUploadedFile(name, corpus.pdf() if body is None else body)
    return client.post(address, {"kind": kind, "file": upload, **fields})


def download(row, workspace="school"):
    return reverse(f"{workspace}:files:download", args=[row.pk])


def withdrawal(row, workspace="school"):
    return reverse(f"{workspace}:files:withdraw", args=[row.pk])


def body_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_principal_adds_a_file_and_the_section_reads_it(cast, at):
    answer = send(signed_in(cast.principal), at(kind="files"))
    assert answer.status_code == 302 and answer.url == at() + "#files"
    row = Attachment.objects.get()
    shown = signed_in(cast.basic_clerk).get(at("desk")).content.decode()
    assert "批复.pdf" in shown and "Founding approval" in shown and download(row, "desk") in shown
    got = signed_in(cast.basic_clerk).get(download(row, "desk"))
    assert got.status_code == 200 and body_of(got) == corpus.pdf()


def test_the_page_of_who_may_only_look_has_no_form(attach, cast, at):
    row = attach()
    shown = signed_in(cast.district_reviewer).get(at("desk")).content.decode()
    assert row.name in shown
    assert 'type="file"' not in shown and withdrawal(row, "desk") not in shown
    answer = send(signed_in(cast.district_reviewer), at("desk", "files"))
    assert answer.status_code == 403
    assert signed_in(cast.district_reviewer).get(withdrawal(row, "desk")).status_code == 403
    assert signed_in(cast.district_reviewer).post(withdrawal(row, "desk"), {"reason": "x"}).status_code == 403
    assert Attachment.objects.get().withdrawn_at is None


def test_a_file_that_is_refused_comes_back_with_a_sentence_and_the_chosen_kind(cast, at, stored):
    answer = send(signed_in(cast.principal), at(kind="files"), name="a.exe", body=b"MZ", kind="licence")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Files of the type “exe” are not taken here." in text
    assert '<option value="licence" selected' in text
    assert stored() == [] and not Attachment.objects.exists()
    assert Event.objects.filter(action="files.attachment.refused", refused=True).count() == 1


def test_the_same_form_sent_twice_adds_one_file_and_ends_at_the_same_page(cast, at, stored):
    client = signed_in(cast.principal)
    first, second = (send(client, at(kind="files")) for _twice in range(2))
    assert first.url == second.url and first.status_code == second.status_code == 302
    assert len(stored()) == Attachment.objects.count() == 1


def test_without_a_file_the_form_says_what_to_do(cast, at):
    answer = signed_in(cast.principal).post(at(kind="files"), {"kind": "approval"})
    assert answer.status_code == 422 and "Choose a file." in answer.content.decode()


def test_a_kind_that_may_not_be_added_here_is_no_choice(cast, at, stored):
    answer = send(signed_in(cast.principal), at(kind="files"), kind="evidence")
    assert answer.status_code == 422 and stored() == []


def test_no_room_answers_507_and_keeps_the_form(cast, at, settings, stored):
    settings.FILES_FREE_MB = 10**9
    answer = send(signed_in(cast.principal), at(kind="files"), kind="licence")
    text = answer.content.decode()
    assert answer.status_code == 507
    assert "There is no room for files at the moment." in text
    assert '<option value="licence" selected' in text
    assert stored() == []


def test_who_does_not_see_the_record_gets_what_nobody_gets(attach, cast, at):
    """Byte-equal to a file that does not exist: its key says nothing."""
    row = attach()
    for name, workspace in (("other_principal", "school"), ("preschool_clerk", "desk"), ("outsider", "desk")):
        client = signed_in(getattr(cast, name))
        for address in (download(row, workspace), withdrawal(row, workspace)):
            absent = address.replace(str(row.pk), "999999")
            got, nothing = client.get(address), client.get(absent)
            assert got.status_code == nothing.status_code
            assert got.status_code in (403, 404)
            assert got.content == nothing.content
            assert row.name not in got.content.decode()


def test_without_an_account_one_is_asked_to_sign_in(attach):
    assert Client().get(download(attach())).status_code == 302


def test_no_static_or_media_address_leads_to_a_file(attach, cast):
    row = attach()
    for address in (f"/media/{row.stored_as}", f"/static/{row.stored_as}", f"/{row.stored_as}"):
        assert signed_in(cast.principal).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("a.pdf", corpus.pdf(), "approval"),
        ("a.ofd", corpus.ofd(), "approval"),
        ("a.png", corpus.picture(), "approval"),
        ("a.docx", corpus.office("docx"), "other"),
        ("a.xls", corpus.compound({"Workbook": corpus.book()}), "other"),
    ],
)
def test_a_download_runs_nothing_and_is_kept_by_nobody(attach, cast, name, body, kind):
    row = attach(body, name, kind=kind)
    got = signed_in(cast.principal).get(download(row))
    assert got.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert got.headers["Content-Type"] == CONTENT_TYPES[FileType(row.file_type)]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in got.headers["Cache-Control"]
    assert int(got.headers["Content-Length"]) == row.size == len(body_of(got))


@pytest.mark.parametrize(
    "name", ['a"; filename="x.pdf', "a\r\nX-Evil: 1.pdf", "../../x.pdf", "\u202efdp.pdf", "通" * 300 + ".pdf"]
)
def test_a_tricky_name_survives_neither_on_the_page_nor_in_the_header(attach, cast, at, name):
    row = attach(name=name)
    got = signed_in(cast.principal).get(download(row))
    assert "X-Evil" not in got.headers
    header = got.headers["Content-Disposition"]
    assert header.startswith("attachment; ") and header.isascii() and len(header) < 900
    assert header.count('filename="') == 1
    assert "\u202e" not in signed_in(cast.principal).get(at()).content.decode()


def test_a_name_with_marks_of_html_is_shown_as_text(cast, at):
    send(signed_in(cast.principal), at(kind="files"), name="<img src=x onerror=alert(1)>.pdf")
    assert "<img src=x" not in signed_in(cast.principal).get(at()).content.decode()


def test_a_right_taken_away_between_the_page_and_the_click(attach, cast, at):
    row = attach()
    client = signed_in(cast.school_clerk)
    assert download(row) in client.get(at()).content.decode()
    Membership.objects.filter(user=cast.school_clerk).delete()
    assert client.get(download(row)).status_code in (403, 404)


def test_a_withdrawal_asks_for_a_reason_and_keeps_what_was_typed(attach, cast, at):
    row, client = attach(), signed_in(cast.principal)
    assert client.post(withdrawal(row), {"reason": " "}).status_code == 422
    assert client.post(withdrawal(row), {"reason": "The seal is missing."}).status_code == 302
    shown = client.get(at()).content.decode()
    assert "The seal is missing." in shown and download(row) not in shown
    assert client.get(download(row)).status_code == 409
    again = client.post(withdrawal(row), {"reason": "Once more, with feeling."})
    assert again.status_code == 409 and "Once more, with feeling." in again.content.decode()


def test_a_lost_content_is_said_in_words(attach, cast, root):
    row = attach()
    (root / row.stored_as).unlink()
    got = signed_in(cast.principal).get(download(row))
    assert got.status_code == 409 and "The content of this file is missing." in got.content.decode()


def test_looking_at_a_file_of_no_personal_kind_is_not_audited_and_a_personal_one_is(
    attach, cast, monkeypatch
):
    row = attach()
    services.open_content(row, by=cast.principal).close()
    assert not Event.objects.filter(action="files.attachment.downloaded").exists()
    monkeypatch.setattr("bureau.files.kinds.AttachmentKind.personal", True)
    object.__setattr__(row.declared, "personal", True)
    try:
        services.open_content(row, by=cast.principal).close()
    finally:
        object.__setattr__(row.declared, "personal", False)
    assert Event.objects.filter(action="files.attachment.downloaded").count() == 1


def test_the_sheet_for_printing_names_the_files_without_buttons(attach, cast, at):
    row = attach()
    shown = signed_in(cast.principal).get(at(kind="print")).content.decode()
    assert row.name in shown and withdrawal(row) not in shown and 'type="file"' not in shown


def test_a_page_with_many_files_takes_as_many_queries_as_one_with_two(
    attach, cast, at, django_assert_max_num_queries
):
    client = signed_in(cast.principal)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for number in range(2):
        attach(corpus.pdf(catalog=f"/Note{number} 1"), kind="other")
    client.get(at())
    with CaptureQueriesContext(connection) as few:
        client.get(at())
    for number in range(2, 12):
        attach(corpus.pdf(catalog=f"/Note{number} 1"), kind="other")
    with CaptureQueriesContext(connection) as many:
        client.get(at())
    assert len(few) == len(many)


def test_both_languages(attach, cast, at):
    attach()
    cast.principal.language = "zh-hans"
    cast.principal.save()
    assert signed_in(cast.principal).get(at()).status_code == 200
