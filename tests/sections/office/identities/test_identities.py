"""Who wrote a letter: hidden by default, shown for a reason, for a time, with a second person's yes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.audit.models import Event
from bureau.notices.models import Notice
from bureau.workflow import services as workflow
from bureau.workflow.delegation import delegate
from bureau.workflow.models import HistoryEntry
from sections.office.identities.choices import IdentityStatus
from sections.office.identities.models import IdentityRequest
from sections.office.identities.services import look
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import letters
from tests.factories.explanations import identity_asked, identity_open

pytestmark = pytest.mark.django_db

ADD = "/desk/office/identities/new/"


@pytest.fixture(autouse=True)
def in_english(cast: Cast) -> Iterator[None]:
    User.objects.update(language="en")
    with translation.override("en"):
        yield


NAME, PHONE = "Canarynamewriter", "13912345678"
WRITER = {"name": NAME, "phone": PHONE}


def page_of(client: Any, user: Any, address: str) -> str:
    client.force_login(user)
    found: str = client.get(address).content.decode()
    return found


def looks(letter: Letter) -> list[str]:
    rows = HistoryEntry.objects.filter(kind="office.letter", object_id=letter.pk)
    return list(
        rows.filter(transition__in=("look_at_writer", "reveal_writer")).values_list("actor_name", flat=True)
    )


def test_the_handling_section_sees_neither_name_nor_phone_and_can_ask(cast: Cast, client: Any) -> None:
    letter = letters.assigned(cast, **WRITER)
    page = page_of(client, cast.basic_officer, f"/desk/office/letters/{letter.pk}/")
    assert NAME not in page
    assert PHONE not in page
    assert f"{ADD}?letter={letter.pk}" in page


def test_the_office_sees_the_name_while_it_registers_and_masked_afterwards(cast: Cast, client: Any) -> None:
    letter = letters.registered(cast, **WRITER)
    where = f"/desk/office/letters/{letter.pk}/"
    page = page_of(client, cast.office_clerk, where)
    assert NAME in page
    assert PHONE not in page
    workflow.perform(letter, "accept", by=cast.office_chief)
    page = page_of(client, cast.office_clerk, where)
    assert NAME not in page
    assert "139****5678" in page


def test_the_office_looks_with_a_reason_that_stays_in_the_history(cast: Cast, client: Any) -> None:
    letter = letters.assigned(cast, **WRITER)
    client.force_login(cast.office_clerk)
    address = f"/desk/office/letters/{letter.pk}/do/reveal_writer/"
    assert client.post(address, {}).status_code == 422
    page = client.post(address, {"reason": "To call back"}, follow=True).content.decode()
    assert NAME in page
    assert PHONE in page
    assert looks(letter) == ["Office Clerk"]
    assert Event.objects.filter(action="office.letter.reveal_writer", object_id=str(letter.pk)).exists()
    assert NAME not in page_of(client, cast.office_chief, f"/desk/office/letters/{letter.pk}/")


def test_a_look_lasts_some_minutes(cast: Cast, client: Any, settings: Any) -> None:
    letter = letters.assigned(cast, **WRITER)
    workflow.perform(letter, "reveal_writer", by=cast.office_clerk, reason="To call back")
    settings.IDENTITY_LOOK_MINUTES = 0
    assert NAME not in page_of(client, cast.office_clerk, f"/desk/office/letters/{letter.pk}/")


def test_a_section_does_not_look_without_a_second_person(cast: Cast) -> None:
    letter = letters.assigned(cast, **WRITER)
    for step in ("reveal_writer", "look_at_writer"):
        with pytest.raises(workflow.NotPermitted):
            reason = {"reason": "Because"} if step == "reveal_writer" else {}
            workflow.perform(letter, step, by=cast.basic_officer, **reason)
    request = identity_asked(cast, letter=letter)
    with pytest.raises(workflow.NotPermitted):
        look(request, by=cast.basic_officer)
    assert looks(letter) == []


def test_with_a_second_person_the_asker_alone_looks_and_each_look_is_written_down(
    cast: Cast, client: Any
) -> None:
    letter = letters.assigned(cast, **WRITER)
    request = identity_open(cast, letter=letter)
    where = f"/desk/office/identities/{request.pk}/look/"
    client.force_login(cast.basic_officer)
    assert NAME not in client.get(where).content.decode()
    assert looks(letter) == []  # opening the page shows nothing and changes nothing
    for times in (1, 2):
        page = client.post(where).content.decode()
        assert NAME in page
        assert PHONE in page
        assert looks(letter) == ["Basic Officer"] * times
    assert Event.objects.filter(action="office.letter.look_at_writer").count() == 2
    for other in (cast.basic_clerk, cast.office_chief, cast.preschool_clerk):
        client.force_login(other)
        assert client.post(where).status_code in (403, 404)
        assert NAME not in page_of(client, other, f"/desk/office/letters/{letter.pk}/")


def test_the_asker_never_decides_not_even_as_stand_in_of_the_chief(cast: Cast) -> None:
    letter = letters.accepted(cast, **WRITER)
    from bureau.charter.choices import Role
    from bureau.charter.models import Unit
    from sections.office.identities.services import ask_identity
    from tests.cast import person

    officer = person("office_officer", (Unit.objects.get(key="office"), Role.OFFICER))
    letter = workflow.perform(letter, "assign", by=officer, data={"unit": Unit.objects.get(key="office")})
    request = ask_identity(letter=letter, purpose="Because", days=1, by=officer)
    today = timezone.localdate()
    delegate(
        absent=cast.office_chief,
        substitute=officer,
        since=today,
        until=today,
        reason="Leave",
        by=cast.office_chief,
    )
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(request, "approve", by=officer)
    assert workflow.perform(request, "approve", by=cast.deputy_leader).decided_by == cast.deputy_leader


@pytest.mark.parametrize("name", ["office_clerk", "basic_clerk", "auditor", "system_admin", "principal"])
def test_only_the_chief_of_the_office_and_leaders_decide(cast: Cast, name: str) -> None:
    request = identity_asked(cast)
    with pytest.raises(workflow.NotPermitted):
        workflow.perform(request, "approve", by=getattr(cast, name))


def test_nobody_who_is_kept_out_decides_or_looks(cast: Cast) -> None:
    letter = letters.assigned(cast, **WRITER)
    request = identity_open(cast, letter=letter)
    workflow.perform(letter, "accuse", by=cast.office_clerk, data={"about_person": cast.basic_officer})
    assert not permitted(cast.basic_officer, "view", IdentityRequest).exists()
    with pytest.raises(workflow.NotPermitted):
        look(request, by=cast.basic_officer)
    second = identity_asked_by_clerk(cast, letter)
    workflow.perform(letter, "accuse", by=cast.office_clerk, data={"about_person": cast.office_chief})
    for user in (cast.office_chief, cast.office_clerk):
        with pytest.raises(workflow.NotPermitted):
            workflow.perform(second, "approve", by=user)
    assert workflow.perform(second, "approve", by=cast.bureau_leader).status == IdentityStatus.APPROVED


def identity_asked_by_clerk(cast: Cast, letter: Letter) -> IdentityRequest:
    from sections.office.identities.services import ask_identity

    return ask_identity(letter=letter, purpose="Because", days=1, by=cast.basic_clerk)


def test_after_its_time_or_an_early_end_nothing_opens(cast: Cast) -> None:
    request = identity_open(cast)
    IdentityRequest.objects.filter(pk=request.pk).update(until=timezone.now() - timedelta(seconds=1))
    request.refresh_from_db()
    with pytest.raises(workflow.NotPermitted):
        look(request, by=cast.basic_officer)
    other = identity_open(cast)
    other = workflow.perform(other, "end", by=cast.basic_officer)
    with pytest.raises(workflow.NotPermitted):
        look(other, by=cast.basic_officer)


@pytest.mark.parametrize("days", ["0", "31", "-1", "x", ""])
def test_the_time_has_a_limit_and_the_reason_is_kept(cast: Cast, client: Any, days: str) -> None:
    letter = letters.assigned(cast)
    client.force_login(cast.basic_officer)
    form = client.get(f"{ADD}?letter={letter.pk}")
    typed = {"letter": letter.pk, "purpose": "To verify", "days": days, "key": form.context["key"]}
    page = client.post(ADD, typed)
    assert page.status_code == 422
    assert "To verify" in page.content.decode()
    assert not IdentityRequest.objects.exists()


def test_a_refusal_has_a_reason_and_the_asker_is_told_by_number_alone(cast: Cast) -> None:
    letter = letters.assigned(cast, **WRITER)
    request = identity_asked(cast, letter=letter)
    with pytest.raises(workflow.Invalid):
        workflow.perform(request, "decline", by=cast.office_chief)
    workflow.perform(request, "decline", by=cast.office_chief, reason="Not needed")
    notice = Notice.objects.get(user=cast.basic_officer, kind="identities.decline")
    assert notice.params == {"number": letter.number}
