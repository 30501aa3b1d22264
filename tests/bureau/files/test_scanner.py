"""With a scanner set, only what it found clean is handed out, whatever becomes of the scanner."""

import socket

import pytest
from django.test import Client
from django.urls import reverse

from bureau.audit.models import Event
from bureau.files import scanner, scanning, services, storage
from bureau.files.choices import Scan
from bureau.files.models import Attachment
from bureau.files.refusals import NotOpen
from bureau.jobs.draining import drain
from bureau.jobs.schedule import enqueue_due
from bureau.notices.models import Notice
from bureau.outbox.models import Effect
from tests.attacks.walking import signed_in
from tests.bureau.files import corpus
from tests.bureau.files.clamd import Server, UnixServer, running
from tests.sections.office.letters.filling import TEXT, WRITER, at_text, code_on, picture, post


@pytest.fixture
def clamd(settings):
    """A scanner in good health; `clamd.mood` changes it."""
    settings.CLAMAV_SECONDS = 0.3
    with running(Server("well")) as server:
        settings.CLAMAV = server.address
        yield server


@pytest.fixture
def nobody_listens(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.CLAMAV = f"127.0.0.1:{taken.getsockname()[1]}"
    settings.CLAMAV_SECONDS = 0.3


def infected():
    return corpus.pdf(objects=(corpus.EICAR,))


def round_of_scans():
    scanning.scan_waiting(lambda: None)


def test_a_clean_file_is_handed_out_once_the_scanner_has_seen_it(clamd, attach, cast):
    row = attach()
    assert row.scan == Scan.WAITING
    with pytest.raises(NotOpen, match="virus check"):
        services.open_content(row, by=cast.principal)
    drain()
    row.refresh_from_db()
    assert row.scan == Scan.CLEAN and row.scanned_at is not None
    assert clamd.seen == [corpus.pdf()]
    assert services.open_content(row, by=cast.principal).read() == corpus.pdf()


def test_eicar_is_locked_away_and_the_administrators_are_told(clamd, attach, cast):
    row = attach(infected())
    drain()
    row.refresh_from_db()
    assert (row.scan, row.signature) == (Scan.INFECTED, "Win.Test.EICAR_HDB-1")
    with pytest.raises(NotOpen, match="virus was found"):
        services.open_content(row, by=cast.principal)
    assert Event.objects.get(action="files.attachment.infected").object_id == str(row.pk)
    assert set(Notice.objects.values_list("user__username", "kind")) == {("system_admin", "files.infected")}
    page = signed_in(cast.principal).get(reverse("school:files:download", args=[row.pk]))
    assert page.status_code == 409 and b"%PDF" not in page.content


@pytest.mark.parametrize("mood", ["closed", "frozen", "error", "nonsense", "half"])
def test_a_scanner_in_trouble_leaves_the_file_locked_and_a_later_round_opens_it(clamd, attach, cast, mood):
    clamd.mood = mood
    row = attach()
    drain()
    row.refresh_from_db()
    assert row.scan == Scan.WAITING and not row.is_open
    assert Notice.objects.get(kind="files.scanner_down").user == cast.system_admin
    assert not Effect.objects.filter(task="files.scan", status=Effect.Status.DEAD).exists()
    clamd.mood = "well"
    enqueue_due()
    drain()
    row.refresh_from_db()
    assert row.scan == Scan.CLEAN


@pytest.mark.parametrize("mood", ["closed", "frozen"])
def test_who_sends_files_does_not_wait_for_a_scanner_in_trouble(clamd, cast, client, mood):
    clamd.mood = mood
    page = post(client, at_text(client), **TEXT, files=[picture()])
    sent = post(client, post(client, page, **WRITER), go="send")
    assert code_on(sent)
    clerk = signed_in(cast.office_clerk)
    assert clerk.get(reverse("desk:office:letter_list")).status_code == 200
    assert clamd.asked == 0
    drain()
    assert clamd.asked > 0
    assert not Attachment.objects.get().is_open


def test_a_scanner_that_is_away_leaves_the_file_locked(nobody_listens, attach):
    row = attach()
    drain()
    row.refresh_from_db()
    assert row.scan == Scan.WAITING and not row.is_open


def test_a_round_ends_at_the_first_failure_and_tells_once(nobody_listens, attach):
    for number in range(3):
        attach(corpus.pdf(catalog=f"/Note{number} 1"))
    round_of_scans()
    round_of_scans()
    assert Notice.objects.filter(kind="files.scanner_down").count() == 1


def test_a_lost_content_does_not_hold_up_the_others(clamd, attach):
    lost, row = attach(), attach(corpus.pdf(catalog="/Note 1"))
    storage.remove(lost.stored_as)
    round_of_scans()
    row.refresh_from_db()
    assert row.scan == Scan.CLEAN


def test_what_came_before_the_scanner_is_locked_until_it_was_seen(attach, settings, cast):
    row = attach()
    assert row.scan == Scan.OFF and row.is_open
    settings.CLAMAV_SECONDS = 0.3
    with running(Server("well")) as server:
        settings.CLAMAV = server.address
        assert not row.is_open
        round_of_scans()
    row.refresh_from_db()
    assert row.scan == Scan.CLEAN and row.is_open


def test_a_file_withdrawn_while_it_was_scanned_stays_withdrawn(clamd, attach, cast):
    row = services.withdraw(attach(), by=cast.principal, reason="Wrong")
    drain()
    row.refresh_from_db()
    assert row.withdrawn_at is not None and not row.is_open


def test_the_waits_for_the_scanner_have_limits(settings, clamd):
    """Each wait of the socket, as set; a frozen scanner is left after it."""
    with scanner._connected(settings.CLAMAV_SECONDS) as line:
        assert line.gettimeout() == settings.CLAMAV_SECONDS
    clamd.mood = "frozen"
    with pytest.raises(scanner.ScannerDown):
        scanner.scan(corpus.io.BytesIO(b"x"))


def test_a_unix_socket_serves_as_well(settings, tmp_path):
    with running(UnixServer(str(tmp_path / "clamd"))) as server:
        settings.CLAMAV = server.address
        assert scanner.answers()
        assert scanner.scan(corpus.io.BytesIO(b"x")).is_clean


def ready():
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


@pytest.mark.django_db
def test_the_probe_says_that_files_are_not_checked():
    status, found = ready()
    assert status == 200 and found["state"] == "ok" and found["parts"]["scanner"] == "off"


@pytest.mark.django_db
def test_the_probe_says_whether_the_scanner_is_there(clamd):
    assert ready()[1]["parts"]["scanner"] == "ok"


@pytest.mark.django_db
def test_the_probe_says_that_the_scanner_is_away_and_that_the_portal_still_works(nobody_listens):
    status, found = ready()
    assert status == 200
    assert (found["state"], found["parts"]["scanner"]) == ("degraded", "missing")


def test_the_page_says_that_a_file_waits(clamd, attach, cast):
    row = attach()
    page = signed_in(cast.principal).get(reverse("school:schools:school_detail", args=[cast.school.pk]))
    text = page.content.decode()
    assert "waiting for the virus check" in text
    assert f'href="{reverse("school:files:download", args=[row.pk])}"' not in text
    assert Attachment.objects.get().pk == row.pk
