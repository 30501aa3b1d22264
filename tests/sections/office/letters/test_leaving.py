"""A letter that could say who wrote it goes to another unit only after somebody has looked at what was found."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bureau.audit.models import Event
from bureau.charter.models import Unit
from bureau.workflow import services as workflow
from sections.office.letters.choices import Status
from sections.office.letters.leaving import FIELD
from sections.office.letters.models import Addition, Letter
from tests.cast import Cast, in_english
from tests.factories import letters

pytestmark = pytest.mark.django_db

TELLING = "My son is in class 3. Call Wang Example on 13800000000."


def unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def form_of(client: Client, letter: Letter, step: str) -> Any:
    return client.get(reverse("desk:office:letter_do", args=[letter.pk, step]))


def send(client: Client, letter: Letter, step: str, **typed: Any) -> Any:
    page = form_of(client, letter, step)
    data = {"key": page.context["key"], "seen": letter.version, **typed}
    return client.post(reverse("desk:office:letter_do", args=[letter.pk, step]), data)


def test_the_clerk_sees_what_was_found_and_confirms_and_nothing_typed_is_lost(
    cast: Cast, client: Client
) -> None:
    letter = letters.accepted(cast, body=TELLING)
    client.force_login(in_english(cast.office_clerk))
    text = form_of(client, letter, "assign").content.decode()
    for said in ("name of the writer: Wang Example", "telephone number: 13800000000", "My son"):
        assert said in text
    chosen = {"unit": unit("basic").pk, "co_units": [unit("preschool").pk]}
    refused = send(client, letter, "assign", **chosen)
    assert refused.status_code == 422 and FIELD in refused.context["form"].errors
    assert refused.context["form"]["unit"].value() == str(unit("basic").pk)
    letter.refresh_from_db()
    assert letter.status == Status.ACCEPTED
    assert send(client, letter, "assign", **chosen, **{FIELD: "on"}).status_code == 302
    letter.refresh_from_db()
    assert letter.unit == unit("basic")
    noted = Event.objects.get(action="office.letter.leaks_confirmed")
    assert set(noted.detail["kinds"]) >= {"writer", "phone", "family"}
    assert "Wang" not in str(noted.detail)


def test_a_letter_that_says_nothing_of_its_writer_asks_nothing(cast: Cast, client: Client) -> None:
    letter = letters.accepted(cast)
    client.force_login(cast.office_clerk)
    assert FIELD not in form_of(client, letter, "assign").context["form"].fields


@pytest.mark.parametrize("co", [(), ("preschool",)])
def test_it_is_asked_where_the_text_leaves_the_office_and_not_before(cast: Cast, co: tuple[str, ...]) -> None:
    letter = letters.accepted(cast, body=TELLING)
    data = {"unit": unit("office"), "co_units": [unit(key) for key in co]}
    if co:
        with pytest.raises(workflow.Invalid):
            workflow.perform(letter, "assign", by=cast.office_clerk, data=data)
        return
    assert workflow.perform(letter, "assign", by=cast.office_clerk, data=data).unit == unit("office")


def test_a_section_that_asks_another_one_is_warned_without_learning_who_wrote(
    cast: Cast, client: Client
) -> None:
    letter = letters.assigned(cast)
    Addition.objects.create(letter=letter, body=TELLING)
    client.force_login(in_english(cast.basic_clerk))
    field = form_of(client, letter, "invite").context["form"].fields[FIELD]
    assert "13800000000" in field.help_text and "Wang Example" not in field.help_text
    data = {"co_unit": unit("personnel"), "question": ""}
    with pytest.raises(workflow.Invalid):
        workflow.perform(letter, "invite", by=cast.basic_clerk, data=data)
    workflow.perform(letter, "invite", by=cast.basic_clerk, data={**data, FIELD: True})
    assert letter.co_handlers.filter(unit=unit("personnel")).exists()


def test_a_letter_that_joins_one_with_a_section_goes_there_too(cast: Cast) -> None:
    telling, inside, outside = (
        letters.registered(cast, body=TELLING),
        letters.accepted(cast),
        letters.assigned(cast),
    )
    with pytest.raises(workflow.Invalid):
        workflow.perform(telling, "merge", by=cast.office_clerk, data={"other": outside})
    workflow.perform(telling, "merge", by=cast.office_clerk, data={"other": inside})
    with pytest.raises(workflow.Invalid):
        workflow.perform(inside, "assign", by=cast.office_clerk, data={"unit": unit("basic")})
