"""Signing in: one box, equal answers, counted tries."""

from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client, RequestFactory

from bureau.accounts import sender
from bureau.accounts.models import User
from bureau.audit.models import Event
from tests.bureau.accounts.conftest import PASSWORD, MakeUser

LOGIN = "/account/login/"


def sign_in(browser: Client, login: str, password: str = PASSWORD, **extra: object) -> object:
    return browser.post(LOGIN, {"login": login, "password": password}, **extra)


def is_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


class CountingHasher(MD5PasswordHasher):
    """Counts how often a hash is computed."""

    calls = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.calls += 1
        return super().encode(password, salt)


@pytest.mark.parametrize(
    "login",
    [
        "clerk",
        "CLERK",
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "１３８００１３８０００",
        "clerk@example.org",
        " clerk ",
    ],
)
def test_one_box_takes_user_name_phone_and_mail(clerk: User, browser: Client, login: str):
    assert sign_in(browser, login).status_code == 302
    assert is_in(browser)


def test_a_full_width_password_is_the_same_password(clerk: User, browser: Client):
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in PASSWORD)

    sign_in(browser, "clerk", wide)

    assert is_in(browser)


def test_a_hundred_and_twenty_eight_characters_all_count(make_user: MakeUser, browser: Client):
    user = make_user("long")
    user.set_password("a1" * 64)
    user.save()

    sign_in(browser, "long", "a1" * 63 + "a2")
    assert not is_in(browser)
    sign_in(browser, "long", "a1" * 64)
    assert is_in(browser)


def answers(browser: Client, login: str, password: str) -> tuple[int, str]:
    response = sign_in(browser, login, password)
    page = response.content.decode()
    return response.status_code, page[page.index('class="errsum"') :].split("</div>")[0]


def test_unknown_wrong_and_inactive_read_the_same(clerk: User, make_user: MakeUser):
    make_user("gone", is_active=False)

    unknown = answers(Client(), "nobody", PASSWORD)
    wrong = answers(Client(), "clerk", "not-the-password")
    inactive = answers(Client(), "gone", PASSWORD)

    assert unknown == wrong == inactive
    assert unknown[0] == 200


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("nobody", PASSWORD),
        ("clerk", "wrong-one-here"),
        ("gone", PASSWORD),
        ("gone", "wrong-one-here"),
        ("empty", PASSWORD),
    ],
)
def test_every_failure_costs_one_hash(make_user, browser, settings, login, password):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    make_user("clerk")
    make_user("gone", is_active=False)
    nameless = make_user("empty")
    nameless.set_unusable_password()
    nameless.save()
    CountingHasher.calls = 0

    sign_in(browser, login, password)

    assert CountingHasher.calls == 1


def fail(count: int, login: str = "clerk", browser: Client | None = None, **extra: object) -> list[int]:
    return [sign_in(browser or Client(), login, f"wrong-{n}", **extra).status_code for n in range(count)]


@pytest.mark.parametrize("login", ["clerk", "nobody"])
def test_the_sixth_wrong_try_meets_a_locked_door_that_says_when_it_opens(clerk, login, settings):
    settings.HOTLINE = "0354-3061234"

    statuses = fail(5, login)
    response = sign_in(Client(), login)

    assert statuses == [200] * 5
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 15 * 60
    assert "0354-3061234" in response.content.decode()


def test_trying_by_phone_and_mail_does_not_multiply_the_tries(clerk: User):
    for login in ("clerk", "13800138000", "clerk@example.org"):
        fail(2, login)

    assert sign_in(Client(), "clerk").status_code == 429


def test_the_lock_outlives_the_cache_and_opens_by_itself(clerk: User, browser: Client):
    with time_machine.travel("2026-03-02 09:00+08:00", tick=False) as clock:
        fail(5)
        cache.clear()
        assert sign_in(browser, "clerk").status_code == 429
        clock.shift(timedelta(minutes=16))
        sign_in(browser, "clerk")

        assert is_in(browser)


def test_strangers_cannot_shut_a_person_out_of_his_own_browser(clerk: User, browser: Client):
    sign_in(browser, "clerk")
    browser.get("/account/")
    browser.post("/account/logout/")
    fail(6)

    assert sign_in(Client(), "clerk").status_code == 429
    assert sign_in(browser, "clerk").status_code == 302


def test_one_sender_cannot_try_many_accounts(db, settings):
    settings.SIGN_IN_TRIES_PER_SENDER = 10

    statuses = [fail(1, f"person{number}")[0] for number in range(12)]

    assert statuses == [200] * 10 + [429] * 2


def test_inventing_forwarding_headers_makes_no_new_sender(db, settings):
    settings.SIGN_IN_TRIES_PER_SENDER = 5

    statuses = [
        fail(
            1,
            f"person{number}",
            headers={"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.1.0.{number}"},
        )[0]
        for number in range(6)
    ]

    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("proxies", "header", "seen"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "9.9.9.9"),
        (1, "nonsense", "9.9.9.9"),
        (1, "", "9.9.9.9"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, header, seen):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="9.9.9.9", headers={"X-Forwarded-For": header})

    assert sender.address(request) == seen


def test_sign_in_and_its_failures_are_audited_without_what_was_typed(clerk: User, browser: Client):
    sign_in(browser, "clerk", "wrong-password-typed")
    sign_in(browser, "clerk")

    events = {event.action: event for event in Event.objects.all()}
    assert events["accounts.user.sign_in_failed"].refused
    assert events["accounts.user.signed_in"].actor_id == clerk.pk
    assert "wrong-password-typed" not in str(list(Event.objects.values()))


def test_a_lock_out_is_audited_once(clerk: User):
    fail(9)

    assert Event.objects.filter(action="accounts.user.locked_out").count() == 1


def test_sign_up_is_closed(db, browser: Client):
    assert browser.get("/account/signup/").status_code == 404


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", r"\\evil.example"]
)
def test_sign_in_leads_to_no_other_site(clerk: User, browser: Client, target: str):
    response = browser.post(LOGIN, {"login": "clerk", "password": PASSWORD, "next": target})

    assert response["Location"] == "/account/home/"


def test_a_page_that_needs_an_account_comes_back_after_sign_in(clerk: User, browser: Client):
    asked = browser.get("/account/sessions/")
    after = parse_qs(urlparse(asked["Location"]).query)["next"][0]
    response = browser.post(LOGIN, {"login": "clerk", "password": PASSWORD, "next": after})

    assert response["Location"] == "/account/sessions/"


def test_the_password_box_allows_password_managers_and_pasting(db, browser: Client):
    page = browser.get(LOGIN).content.decode()

    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
