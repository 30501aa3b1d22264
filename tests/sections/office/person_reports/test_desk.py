"""The pages of the discipline officer: entering, steps, the reporter shown once, files, print."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bureau.audit.models import Event
from bureau.audit.services import Nobody
from bureau.files.invented import invented_pdf
from bureau.files.keeping import reconcile
from bureau.files.models import Attachment
from bureau.files.services import attach, open_content
from bureau.identifiers.services import rotate_keys
from sections.office.person_reports.choices import Status
from sections.office.person_reports.models import PersonReport, ReferralSlip
from tests.attacks.walking import signed_in
from tests.cast import Cast
from tests.factories import person_reports as reports

pytestmark = pytest.mark.django_db

LIST = "/desk/office/person-reports/"


@pytest.fixture
def officer(cast: Cast) -> Client:
    cast.discipline_officer.language = "en"
    cast.discipline_officer.save()
    return signed_in(cast.discipline_officer)


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_the_officer_enters_a_report_that_came_by_post(cast: Cast, officer: Client) -> None:
    page = officer.get(f"{LIST}new/").content.decode()
    typed = {
        "key": key_of(page),
        "received_on": "2026-03-02",
        "channel": "post",
        "accused_name": "Zhao Invented",
        "accused_account": cast.principal.username,
        "subject": "Canteen",
        "body": "A letter says…",
        "reporter_name": "Li Example",
        "reporter_phone": "13800000000",
    }
    answer = officer.post(f"{LIST}new/", typed)
    assert answer.status_code == 302, answer.context["form"].errors
    report = PersonReport.objects.get()
    assert (report.status, report.channel, report.is_by_real_name) == (Status.REGISTERED, "post", True)
    assert report.kept_from.count() == 1


def test_an_unknown_account_is_asked_for_again_and_nothing_typed_is_lost(officer: Client) -> None:
    page = officer.get(f"{LIST}new/").content.decode()
    typed = {
        "key": key_of(page),
        "received_on": "2026-03-02",
        "channel": "post",
        "accused_name": "Zhao",
        "accused_account": "nobody-here",
        "subject": "Canteen",
        "body": "A letter says…",
    }
    answer = officer.post(f"{LIST}new/", typed)
    assert answer.status_code == 422
    assert "A letter says…" in answer.content.decode()
    assert not PersonReport.objects.exists()


def test_the_detail_shows_the_text_and_not_the_reporter(cast: Cast, officer: Client) -> None:
    report = reports.verified(cast, name="Canreporter", phone="13912345678")
    for end in ("", "print/", "history/"):
        text = officer.get(f"{LIST}{report.pk}/{end}").content.decode()
        assert "Canreporter" not in text and "13912345678" not in text and "139****5678" not in text
    assert "canteen" in officer.get(f"{LIST}{report.pk}/").content.decode()
    assert "The accounts were looked through." in officer.get(f"{LIST}{report.pk}/print/").content.decode()


def test_the_reporter_is_shown_once_for_a_ground_from_a_list_and_the_audit_holds_no_word(
    cast: Cast, officer: Client
) -> None:
    report = reports.registered(cast, name="Canreporter", phone="13912345678")
    address = f"{LIST}{report.pk}/reporter/"
    assert "Canreporter" not in officer.get(address).content.decode()
    assert officer.post(address, {"ground": "because I like to"}).status_code == 422
    page = officer.post(address, {"ground": "call_back"})
    assert "Canreporter" in page.content.decode() and "13912345678" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"] or "no-cache" in page.headers["Cache-Control"]
    event = Event.objects.get(action="personal_data.revealed")
    assert (event.object_id, event.fields) == (
        str(report.pk),
        ["reporter_name", "reporter_phone", "reporter_address"],
    )
    assert "Canreporter" not in repr(vars(event)) and "13912345678" not in repr(vars(event))


def test_there_is_no_export_and_no_program_reads_reports(cast: Cast, officer: Client) -> None:
    from django.urls import NoReverseMatch, reverse

    for name in ("desk:office:personreport_export", "desk:office:personreport_export_xlsx"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert officer.get("/api/v1/office/person-reports/").status_code == 404


def test_evidence_is_called_by_the_number_of_the_report_and_open_to_the_unit_alone(cast: Cast) -> None:
    report = reports.registered(cast)
    upload = invented_pdf(["Canteen"], "Li-Example-and-Zhao.pdf")
    attach(record=report, upload=upload, kind="evidence", by=cast.discipline_officer)
    row = Attachment.objects.get(record_kind="office.personreport")
    assert row.name == f"{report.number}-1.pdf"
    from bureau.access.services import permitted

    seen = {
        name
        for name, user in cast.people().items()
        if permitted(user, "view", Attachment).filter(pk=row.pk).exists()
    }
    assert seen == {"discipline_officer"}


def test_the_disk_holds_evidence_sealed_and_a_new_key_seals_it_anew(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_ROOT = str(tmp_path)
    report = reports.registered(cast)
    upload = invented_pdf(["Canteen"], "a.pdf")
    plain = upload.read()
    upload.seek(0)
    row = attach(record=report, upload=upload, kind="evidence", by=cast.discipline_officer)
    assert row.size == len(plain)
    before = (tmp_path / row.stored_as).read_bytes()
    assert b"%PDF" not in before and reconcile(with_digests=True).is_sound
    old = dict(settings.FIELD_KEYS)
    fresh = base64.urlsafe_b64encode(b"n" * 32).decode()
    settings.FIELD_KEYS = {"fresh": fresh, **old}
    assert rotate_keys(by=Nobody()) > 0
    settings.FIELD_KEYS = {"fresh": fresh}
    row.refresh_from_db()
    assert b"fresh:" in (tmp_path / row.stored_as).read_bytes()[:40]
    with open_content(row, by=cast.discipline_officer) as content:
        assert content.read() == plain
    assert rotate_keys(by=Nobody()) == 0


def test_the_inbox_of_the_officer_names_the_number_alone(cast: Cast, officer: Client) -> None:
    report = reports.sent(subject="Cansubject").report
    text = officer.get("/desk/").content.decode()
    assert report.number in text and "Cansubject" not in text


def test_the_clerk_of_the_office_writes_a_slip_and_prints_it(cast: Cast) -> None:
    client = signed_in(cast.office_clerk)
    address = "/desk/office/referral-slips/"
    page = client.get(f"{address}new/").content.decode()
    typed = {
        "key": key_of(page),
        "received_on": "2026-03-02",
        "sent_on": "2026-03-03",
        "sent_to": "City commission",
        "sheets": "2",
    }
    assert client.post(f"{address}new/", typed).status_code == 302
    slip = ReferralSlip.objects.get()
    assert slip.number in client.get(f"{address}{slip.pk}/print/").content.decode()


def test_a_slip_cannot_be_sent_before_it_came(cast: Cast) -> None:
    client = signed_in(cast.office_clerk)
    address = "/desk/office/referral-slips/new/"
    typed = {
        "key": key_of(client.get(address).content.decode()),
        "received_on": "2026-03-04",
        "sent_on": "2026-03-03",
        "sent_to": "City commission",
        "sheets": "2",
    }
    assert client.post(address, typed).status_code == 422
    assert not ReferralSlip.objects.exists()
