"""Files with an opinion: taken before anything else, under its number, read by the section, gone with the sender."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import PUBLIC, Holder
from bureau.files.models import Attachment
from sections.office.consultations import services
from sections.office.consultations.choices import Status
from sections.office.consultations.enclosing import ENCLOSURES
from sections.office.consultations.models import Consultation, Opinion, OpinionDraft
from tests.cast import Cast
from tests.factories import consultations
from tests.sections.office.consultations.test_consultations import TYPED
from tests.sections.office.letters.filling import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_one(cast: Cast, settings: Any) -> Consultation:
    settings.LETTERS_MIN_SECONDS = 0
    return consultations.opened(cast)


def address(consultation: Consultation) -> str:
    return f"/en/consultations/{consultation.pk}/opinion/"


def ticket(client: Client, consultation: Consultation) -> str:
    page = client.get(address(consultation)).content.decode()
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found
    return found[1]


def send(client: Client, consultation: Consultation, token: str, *uploads: Any, **changes: str) -> Any:
    data: dict[str, Any] = {**TYPED, "ticket": token, **changes}
    return client.post(address(consultation), {**data, "files": list(uploads)} if uploads else data)


def test_files_go_with_the_opinion_under_its_number(
    open_one: Consultation, cast: Cast, client: Client
) -> None:
    token = ticket(client, open_one)
    page = send(client, open_one, token, picture("李示例.png"), picture("b.png", colour="blue"), go="attach")
    assert page.status_code == 200 and TYPED["body"] in page.content.decode() and not Opinion.objects.exists()
    assert "李示例" not in page.content.decode()
    first, _second = Attachment.objects.order_by("pk")
    send(client, open_one, token, go=f"remove-{first.pk}")
    receipt = send(client, open_one, token)
    opinion = Opinion.objects.get()
    row = Attachment.objects.of(opinion).get()
    assert receipt.context["file_count"] == 1 and row.name.startswith(opinion.number)
    assert not OpinionDraft.objects.exists()
    assert permitted(cast.office_clerk, "view", Attachment).filter(pk=row.pk).exists()
    for stranger in (cast.personnel_clerk, PUBLIC, Holder("office.opinion", opinion.pk)):
        assert not permitted(stranger, "view", Attachment).filter(pk=row.pk).exists()


def test_a_refused_form_keeps_its_files(open_one: Consultation, client: Client) -> None:
    token = ticket(client, open_one)
    page = send(client, open_one, token, picture("a.png"), body="")
    assert page.status_code == 422 and len(page.context["files"]) == 1
    assert send(client, open_one, token).context["file_count"] == 1


def test_a_file_that_is_refused_is_named_and_nothing_is_sent(open_one: Consultation, client: Client) -> None:
    program = SimpleUploadedFile("plan.pdf", b"MZ" + bytes(200))
    page = send(client, open_one, ticket(client, open_one), program)
    assert page.status_code == 422 and not Opinion.objects.exists()
    assert "“plan.pdf”" in page.content.decode() and TYPED["body"] in page.content.decode()


def test_files_of_a_form_that_was_never_sent_go_after_their_hours(
    open_one: Consultation, client: Client
) -> None:
    send(client, open_one, ticket(client, open_one), picture("a.png"), go="attach")
    assert ENCLOSURES.delete_outdated() == 0
    OpinionDraft.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    assert ENCLOSURES.delete_outdated() == 1 and not Attachment.objects.exists()


def test_files_are_forgotten_with_the_sender(open_one: Consultation, cast: Cast, client: Client) -> None:
    send(client, open_one, ticket(client, open_one), picture("a.png"))
    Consultation.objects.filter(pk=open_one.pk).update(status=Status.WITHDRAWN)
    services.forget_senders(timezone.localdate() + timedelta(days=5000))
    assert not Attachment.objects.exists() and Opinion.objects.get().body == TYPED["body"]
