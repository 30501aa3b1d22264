"""Wrong numbers, days that do not exist, two of the same: a sentence at the field, and what was typed stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bureau.accounts.models import User
from bureau.workflow.models import Delegation
from schools.models import School, SchoolLeader
from sections.office.letters.models import Letter
from tests.attacks.walking import changed, rows, signed_in, typed
from tests.cast import Cast
from tests.factories import letters


def english(user: User) -> Client:
    user.language = "en"
    user.save(update_fields=["language"])
    return signed_in(user)


def sent(client: Client, where: str, **given: Any) -> Any:
    return client.post(where, {**typed(client.get(where).context), **given})


def text(response: Any) -> str:
    return response.content.decode()


# --- check digits and codes -------------------------------------------------------------------------

RIGHT_CREDIT, WRONG_CREDIT = "12140700MB0X12345A", "12140700MB0X123450"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_code", WRONG_CREDIT),
        ("credit_code", "1"),
        ("code", "211499000"),
        ("code", "99999999999"),
        ("code", "ABCDEFGHIJ"),
    ],
)
@pytest.mark.parametrize("who", ["basic_officer", "principal"])
def test_a_wrong_number_of_a_school_is_named_at_its_field_and_kept(
    who: str, field: str, value: str, cast: Cast
) -> None:
    workspace = "school" if who == "principal" else "desk"
    client = english(cast.people()[who])
    address = reverse(f"{workspace}:schools:school_edit", args=[cast.school.pk])
    before = rows()
    response = sent(client, address, **{field: value, "reason": "why"})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert value in text(response)
    assert not changed(before)


@pytest.mark.parametrize("code", ["2114990009", "211499000", "999"])
def test_a_letter_about_a_school_code_that_nobody_has_is_told_so(code: str, cast: Cast) -> None:
    from sections.office.letters.writing import Draft

    draft = Draft({"kind": {"kind": "request"}}, "t").signed()
    fields = {"draft": draft, "step": "text", "title": "T", "body": "B", "school": code}
    response = Client().post("/en/letters/new/", fields)
    assert response.status_code == 422
    assert "No school has this name or identification code." in text(response) and code in text(response)


def test_a_code_in_use_is_told_at_its_field_in_both_workspaces(cast: Cast) -> None:
    taken = cast.other_school.code
    for who, workspace in (("basic_officer", "desk"), ("principal", "school")):
        client = english(cast.people()[who])
        address = reverse(f"{workspace}:schools:school_edit", args=[cast.school.pk])
        response = sent(client, address, code=taken, reason="why")
        assert response.status_code == 422
        assert response.context["form"].errors["code"]
    assert School.objects.filter(code=taken).count() == 1


# --- days that do not exist ---------------------------------------------------------------------------

IMPOSSIBLE = (
    "2020-02-31",
    "2020-01-00",
    "2020-13-01",
    "2023-02-29",
    "0000-01-01",
    "2020年2月30日",
    "9999-12-31",
)


@pytest.mark.parametrize("day", IMPOSSIBLE)
def test_a_school_was_not_founded_on_a_day_that_does_not_exist_or_lies_ahead(day: str, cast: Cast) -> None:
    client = english(cast.basic_officer)
    address = reverse("desk:schools:school_edit", args=[cast.school.pk])
    response = sent(client, address, founded_on=day, township="北关街道")
    assert response.status_code == 422
    assert response.context["form"].errors["founded_on"]
    assert "北关街道" in text(response)
    assert School.objects.get(pk=cast.school.pk).township == ""


@pytest.mark.parametrize("day", ["2026-02-31", "0000-00-00", "31.02.2026", "tomorrow", "9999-99-99"])
def test_a_term_cannot_begin_on_a_day_that_does_not_exist(day: str, cast: Cast) -> None:
    client = english(cast.principal)
    address = reverse("school:schools:schoolleader_add")
    response = sent(client, address, name="李敏", post="principal", since=day)
    assert response.status_code == 422
    assert response.context["form"].errors["since"]
    assert "李敏" in text(response) and not SchoolLeader.objects.exists()


@pytest.mark.parametrize("day", ["2026-02-31", "0000-00-00", "31.02.2026", "tomorrow", "9999-99-99"])
def test_an_absence_cannot_begin_on_a_day_that_does_not_exist(day: str, cast: Cast) -> None:
    client = english(cast.basic_clerk)
    given = {"substitute": cast.basic_officer.pk, "since": day, "until": "2026-12-31", "reason": "Leave"}
    response = client.post("/desk/absence/", given)
    assert response.status_code == 422
    assert response.context["form"].errors["since"]
    assert 'value="Leave"' in text(response)
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("day", ["2026-02-31", "9999-99-99", "x"])
def test_an_audit_entry_is_not_looked_for_on_a_day_that_does_not_exist(day: str, cast: Cast) -> None:
    response = english(cast.auditor).get("/desk/audit/", {"since": day, "until": day})
    assert response.status_code in (200, 400)


# --- two editors --------------------------------------------------------------------------------------


def test_two_editors_of_ones_own_school_do_not_overwrite_each_other(cast: Cast) -> None:
    address = reverse("school:schools:school_edit", args=[cast.school.pk])
    first, second = english(cast.principal), english(cast.school_clerk)
    late = {**typed(second.get(address).context), "address": "晋中市二号院"}
    assert sent(first, address, address="晋中市一号院").status_code == 302
    response = second.post(address, late)
    assert response.status_code == 409
    assert "晋中市一号院" in text(response) and "晋中市二号院" in text(response)
    assert School.objects.get(pk=cast.school.pk).address == "晋中市一号院"


def test_two_writers_of_one_answer_do_not_overwrite_each_other(cast: Cast) -> None:
    letter = letters.assigned(cast)
    address = f"/desk/office/letters/{letter.pk}/do/draft/"
    first, second = english(cast.basic_clerk), english(cast.basic_officer)
    late = {**typed(second.get(address).context), "answer": "The second answer.", "outcome": "explained"}
    assert sent(first, address, answer="The first answer.", outcome="explained").status_code == 302
    response = second.post(address, late)
    assert response.status_code == 409
    assert "The second answer." in text(response)
    assert Letter.objects.get().answer == "The first answer."


def test_two_officers_who_take_different_steps_cannot_both(cast: Cast) -> None:
    letter = letters.registered(cast)
    chief, other = english(cast.office_chief), signed_in(cast.office_chief)
    accept, decline = (f"/desk/office/letters/{letter.pk}/do/{step}/" for step in ("accept", "decline"))
    late = {**typed(other.get(decline).context), "ground": "unclear", "reason": "No request in it"}
    assert sent(chief, accept).status_code == 302
    response = other.post(decline, late)
    assert response.status_code == 409
    assert Letter.objects.get().status == "accepted"


# --- a session that ends, a form sent twice ------------------------------------------------------------


def test_an_answer_half_written_when_the_session_ended_is_not_lost(cast: Cast) -> None:
    from django.contrib.sessions.models import Session

    letter = letters.assigned(cast)
    address = f"/desk/office/letters/{letter.pk}/do/draft/"
    client = english(cast.basic_clerk)
    fields = {**typed(client.get(address).context), "answer": "Half an answer, long thought about."}
    Session.objects.all().delete()
    response = client.post(address, fields)
    assert response.status_code == 401
    assert 'name="carried"' in text(response)
    assert Letter.objects.get().answer == ""


def test_a_letter_half_written_needs_no_session_at_all(cast: Cast) -> None:
    from sections.office.letters.writing import Draft

    draft = Draft({"kind": {"kind": "request"}}, "t").signed()
    fields = {"draft": draft, "step": "text", "title": "Kept", "body": "Kept as well", "school": ""}
    response = Client().post("/en/letters/new/", fields)
    assert response.status_code == 200
    assert "sessionid" not in response.cookies


def test_a_leader_sent_twice_is_one_leader(cast: Cast) -> None:
    client = english(cast.principal)
    address = reverse("school:schools:schoolleader_add")
    given = {"name": "李敏", "post": "principal", "since": "2021-09-01"}
    fields = {**typed(client.get(address).context), **given}
    answers = [client.post(address, fields) for _time in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert SchoolLeader.objects.count() == 1


def test_an_answer_sent_twice_is_one_step(cast: Cast) -> None:
    letter = letters.assigned(cast)
    address = f"/desk/office/letters/{letter.pk}/do/draft/"
    client = english(cast.basic_clerk)
    fields = {**typed(client.get(address).context), "answer": "Once.", "outcome": "explained"}
    assert [client.post(address, fields).status_code for _time in range(2)] == [302, 302]
    from bureau.workflow.services import history

    assert sum(entry.transition == "draft" for entry in history(letter)) == 1
