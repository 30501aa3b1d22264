"""Whom a letter complains about is named where it is entered or registered: it is shut to them from the start."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.charter.models import Unit
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from sections.office.letters.choices import AccusedKind, Channel, Kind, Status
from sections.office.letters.models import Letter
from tests.cast import Cast, in_english
from tests.factories import letters
from tests.sections.office.letters.test_mayors_line import HEADS, PAGE, order, save

pytestmark = pytest.mark.django_db

ADD = "desk:office:letter_add"


def sees(user: User, letter: Letter) -> bool:
    return permitted(user, "view", Letter).filter(pk=letter.pk).exists()


def enter(client: Client, **changes: Any) -> Any:
    typed = {
        "key": client.get(reverse(ADD)).context["key"],
        "channel": Channel.VISIT,
        "received_on": timezone.localdate().isoformat(),
        "kind": Kind.REQUEST,
        "title": "A rude word",
        "body": "Somebody at the counter was rude.",
        "people_count": "1",
    }
    return client.post(reverse(ADD), {**typed, **changes})


def test_the_clerk_names_school_and_person_while_entering(cast: Cast, client: Client) -> None:
    client.force_login(cast.office_clerk)
    page = enter(
        client, about_school=cast.school.code, about_person=cast.basic_officer.username, about_name="Mr Gone"
    )
    assert page.status_code == 200 and page.context["detail_url"]
    letter = Letter.objects.get()
    kinds = list(letter.accused.values_list("kind", flat=True))
    assert kinds == [AccusedKind.SCHOOL, AccusedKind.PERSON, AccusedKind.NAME]
    assert (letter.school, letter.status) == (cast.school, Status.REGISTERED)
    assert not sees(cast.principal, letter)


def test_one_about_the_clerks_own_chief_goes_to_the_discipline_unit_and_the_receipt_is_printed(
    cast: Cast, client: Client
) -> None:
    client.force_login(in_english(cast.office_clerk))
    page = enter(client, about_person=cast.office_chief.username)
    letter = Letter.objects.get()
    assert letter.owner.key == "discipline"
    assert letter.number in page.content.decode() and page.context["code"]
    assert not page.context["detail_url"] and not sees(cast.office_clerk, letter)
    assert not Notice.objects.filter(user__in=[cast.office_clerk, cast.office_chief]).exists()
    assert Notice.objects.filter(user=cast.discipline_officer, kind="letters.received").exists()


def test_a_name_that_nobody_bears_is_refused_and_nothing_is_lost(cast: Cast, client: Client) -> None:
    client.force_login(cast.office_clerk)
    page = enter(client, about_person="Nobody Here", title="Kept as typed")
    assert page.status_code == 422 and "about_person" in page.context["form"].errors
    assert "Kept as typed" in page.content.decode()
    assert not Letter.objects.exists()


def test_a_web_letter_is_shut_with_its_registration(cast: Cast, client: Client) -> None:
    letter = letters.sent().letter
    client.force_login(cast.office_clerk)
    address = reverse("desk:office:letter_do", args=[letter.pk, "register"])
    key = client.get(address).context["key"]
    typed = {"key": key, "kind": Kind.REQUEST, "about_unit": Unit.objects.get(key="basic").pk}
    assert client.post(address, typed).status_code == 302
    letter.refresh_from_db()
    assert letter.status == Status.REGISTERED
    assert letter.accused.get().unit.key == "basic"
    assert not sees(cast.deputy_leader, letter)  # in charge of the section


def test_registering_without_a_name_names_nobody_and_tells_nobody(cast: Cast) -> None:
    letter = letters.registered(cast)
    assert not letter.accused.exists()
    assert not Notice.objects.filter(user=cast.discipline_officer).exists()


def test_registering_one_about_the_office_hands_it_on(cast: Cast) -> None:
    letter = letters.sent().letter
    data = {"kind": letter.kind, "school": None, "about_unit": Unit.objects.get(key="office")}
    letter = workflow.perform(letter, "register", by=cast.office_clerk, data=data)
    assert letter.owner.key == "discipline"
    assert Notice.objects.filter(user=cast.discipline_officer, kind="letters.received").exists()


def test_the_sheet_names_whom_an_order_complains_about(cast: Cast) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from bureau.sheets.models import SheetUpload
    from tests.bureau.sheets.books import xlsx

    client = Client()
    client.force_login(cast.office_clerk)
    rows = [
        [*order(1, 学校=""), cast.other_school.code, "赵某"],
        [*order(2), "", ""],
    ]
    file = SimpleUploadedFile("orders.xlsx", xlsx((*HEADS, "被反映学校", "被反映人"), *rows))
    client.post(reverse(PAGE), {"file": file, "scope": ""})
    book = SheetUpload.objects.latest("pk")
    assert save(cast.office_clerk, book), book.report
    first, second = Letter.objects.order_by("outside_number")
    assert first.school == cast.other_school
    assert {str(row) for row in first.accused.all()} == {str(cast.other_school), "赵某"}
    assert not second.accused.exists()
    assert not sees(cast.other_principal, first)
