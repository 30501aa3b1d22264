"""Personal tokens: made once, shown once, and dead with whatever ends the person's sessions."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureau.accounts import services as accounts
from bureau.accounts import step_up
from bureau.accounts.models import Bucket, User
from bureau.api.models import ApiToken
from bureau.api.services import make_token, revoke_token
from bureau.audit.models import Event
from tests.bureau.api.conftest import SCHOOLS, Program


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def stepped_up(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[step_up.SESSION_KEY] = time.time()
    session.save()
    return client


def refused() -> bytes:
    """What a caller without anything gets."""
    answer = Program(None).get(SCHOOLS)
    assert answer.status_code == 401
    return answer.content


# --- what ends a token ------------------------------------------------------------------------------

ENDS = {
    "revoked": lambda one: revoke_token(token=one.token, by=one.token.owner),
    "expired": lambda one: ApiToken.objects.update(expires_on=timezone.localdate() - timedelta(days=1)),
    "a new password": lambda one: accounts.set_own_password(user=one.token.owner, password="Brand new 1!"),
    "signed out everywhere": lambda one: accounts.end_sessions(user=one.token.owner, by=one.token.owner),
    "a lost second factor": lambda one: accounts.remove_second_factor(
        user=one.token.owner, by=one.token.owner, reason="lost"
    ),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_token_ends_and_the_refusal_does_not_say_why(cast, end):
    one = Program(cast.basic_clerk)
    assert one.get(SCHOOLS).status_code == 200
    end(one)
    answer = one.get(SCHOOLS)
    assert (answer.status_code, answer.content) == (401, refused())
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_account_that_is_switched_off_and_on_again_revives_no_token(cast):
    one = Program(cast.basic_clerk)
    accounts.deactivate(user=cast.basic_clerk, by=cast.security_admin)
    assert (one.get(SCHOOLS).status_code, one.get(SCHOOLS).content) == (401, refused())
    accounts.activate(user=cast.basic_clerk, by=cast.security_admin)
    assert one.get(SCHOOLS).status_code == 401


def test_a_membership_that_ended_closes_the_register_at_the_next_call(cast):
    one = Program(cast.basic_clerk)
    cast.basic_clerk.memberships.update(until=timezone.localdate() - timedelta(days=1))
    assert one.get(SCHOOLS).status_code == 403


WRONG = [
    "",
    "x",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "Bearer bureau_0_0",
    "Bearer " + "a" * 5000,
    "Bearer é\x00",
]


def test_what_is_no_token_is_refused_alike(cast):
    for header in WRONG:
        answer = Program(None, Authorization=header).get(SCHOOLS)
        assert (answer.status_code, answer.content) == (401, refused()), header


def test_the_right_beginning_with_a_wrong_secret_is_refused(cast):
    one = Program(cast.basic_clerk)
    one.headers["Authorization"] = f"Bearer {one.text[:-1]}{'a' if one.text[-1] != 'a' else 'b'}"
    assert (one.get(SCHOOLS).status_code, one.get(SCHOOLS).content) == (401, refused())


# --- scopes, sessions, limits -----------------------------------------------------------------------


def test_a_reading_token_writes_nothing(cast):
    one = Program(cast.basic_clerk, scope="read")
    address = f"{SCHOOLS}{cast.school.pk}/"
    version = one.get(address).json()["version"]
    answer = one.patch(address, {"address": "New road"}, If_Match=version)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "This token only reads. Make one that may write."
    cast.school.refresh_from_db()
    assert cast.school.address != "New road"


def test_a_browser_writes_with_its_csrf_token_alone(cast, signed_in):
    client = signed_in(cast.basic_clerk)
    address = f"{SCHOOLS}{cast.school.pk}/"
    version = client.get(address).json()["version"]
    data = {"content_type": "application/json", "headers": {"If-Match": version}}
    assert client.patch(address, '{"address": "New road"}', **data).status_code == 403
    client.get(reverse("account_own"))
    data["headers"] = {"If-Match": version, "X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.patch(address, '{"address": "New road"}', **data).status_code == 200


def test_a_token_is_believed_before_the_session_beside_it(cast, signed_in):
    client = signed_in(cast.basic_clerk)
    wrong = client.get(SCHOOLS, headers={"Authorization": "Bearer bureau_0_0"})
    assert wrong.status_code == 401


def test_calls_beyond_the_limit_of_a_minute_wait(cast, settings):
    settings.API_CALLS_PER_MINUTE = 2
    one, other = Program(cast.basic_clerk), Program(cast.office_clerk)
    assert [one.get(SCHOOLS).status_code for _call in range(3)] == [200, 200, 429]
    answer = one.get(SCHOOLS)
    assert int(answer.headers["Retry-After"]) > 0 and answer.json()["errors"] == {}
    assert other.get(SCHOOLS).status_code != 429


def test_guessing_at_tokens_and_at_passwords_share_one_limit(cast, settings):
    settings.SIGN_IN_TRIES_PER_SENDER = 2
    guess = Program(None, Authorization="Bearer bureau_0_0")
    assert [guess.get(SCHOOLS).status_code for _try in range(3)] == [401, 401, 429]
    page = Client().post(reverse("account_login"), {"login": "basic_clerk", "password": "x"})
    assert page.status_code == 429
    # Whoever holds a right token is not shut out by a neighbour's guesses.
    assert Program(cast.basic_clerk).get(SCHOOLS).status_code == 200
    assert Bucket.objects.filter(name="sign_in.sender").count() == 1


# --- traces -----------------------------------------------------------------------------------------


def test_reading_with_a_token_stands_in_the_audit_without_values(cast):
    one = Program(cast.basic_clerk)
    one.get(SCHOOLS, q="演员")
    one.get(f"{SCHOOLS}{cast.school.pk}/")
    read = list(Event.objects.filter(action="schools.school.read_by_program").order_by("pk"))
    prefix = one.token.prefix
    assert [event.detail for event in read] == [
        {"count": 1, "filters": ["q"], "token": prefix},
        {"count": 1, "filters": [], "token": prefix, "pk": cast.school.pk},
    ]
    assert all(event.actor_id == cast.basic_clerk.pk for event in read)
    assert Event.objects.filter(action="api.apitoken.used").count() == 1


def test_no_log_line_and_no_stored_value_holds_the_secret(cast, caplog):
    caplog.set_level(logging.DEBUG)
    one = Program(cast.basic_clerk)
    one.get(SCHOOLS)
    one.get(f"{SCHOOLS}0/")
    secret = one.text.rpartition("_")[2]
    assert secret not in caplog.text
    assert secret not in repr(list(ApiToken.objects.values())) + repr(list(Event.objects.values()))


# --- the pages --------------------------------------------------------------------------------------


def test_a_token_is_made_after_the_password_was_asked_and_shown_once(cast):
    plain = Client()
    plain.force_login(cast.principal, backend=settings.AUTHENTICATION_BACKENDS[0])
    asked = plain.get(reverse("own_token_add"))
    assert "step_up_password" in asked.content.decode()
    client = stepped_up(cast.principal)
    sent = {"name": "Timetable", "scope": "read", "expires_on": tomorrow().isoformat()}
    page = client.post(reverse("own_token_add"), sent)
    text = page.context["text"]
    assert text in page.content.decode()
    assert text not in client.get(reverse("own_tokens")).content.decode()
    headers = {"Authorization": f"Bearer {text}"}
    assert Client().get(SCHOOLS, headers=headers).status_code == 200


@pytest.mark.parametrize("days", [-1, 400])
def test_a_token_without_a_near_end_is_not_made(cast, days):
    client = stepped_up(cast.principal)
    end = timezone.localdate() + timedelta(days=days)
    page = client.post(reverse("own_token_add"), {"name": "N", "scope": "read", "expires_on": end})
    assert page.status_code == 422 and page.context["form"].errors["expires_on"]
    assert not ApiToken.objects.exists()


def test_nobody_has_more_tokens_than_allowed(cast, settings):
    settings.API_TOKENS_PER_PERSON = 1
    Program(cast.principal)
    with pytest.raises(ValidationError, match="as many tokens"):
        make_token(owner=cast.principal, name="N", scope="read", expires_on=tomorrow(), by=cast.principal)


def test_one_revokes_ones_own_tokens_and_nobody_elses(cast):
    mine, other = Program(cast.principal), Program(cast.office_clerk)
    client = stepped_up(cast.principal)
    assert client.post(reverse("own_token_revoke", args=[other.token.pk])).status_code == 404
    assert client.post(reverse("own_token_revoke", args=[mine.token.pk])).status_code == 302
    assert (mine.get(SCHOOLS).status_code, other.get(SCHOOLS).status_code) == (401, 200)


def test_the_security_administrator_sees_and_revokes_all_and_nobody_else_does(cast):
    one = Program(cast.principal)
    address = reverse("all_tokens_revoke", args=[one.token.pk])
    for name, user in cast.people().items():
        if user.is_active and name != "security_admin":
            assert stepped_up(user).get(reverse("all_tokens")).status_code == 403, name
            assert stepped_up(user).post(address, {"reason": "R"}).status_code == 403, name
    client = stepped_up(cast.security_admin)
    page = client.get(reverse("all_tokens")).content.decode()
    assert one.token.prefix in page and one.text not in page
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "The computer was stolen"}).status_code == 302
    assert one.get(SCHOOLS).status_code == 401
    assert Event.objects.get(action="api.apitoken.revoked").reason == "The computer was stolen"
