"""Once more the password or a code; the second factor itself."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from bureau.accounts import step_up
from bureau.accounts.models import User
from tests.bureau.accounts.conftest import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(shift: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + shift))


@pytest.fixture
def with_factor(clerk: User) -> User:
    TOTP.activate(clerk, SECRET)
    return clerk


def password_step(browser: Client, login: str = "clerk") -> None:
    browser.post("/account/login/", {"login": login, "password": PASSWORD})


def code_step(browser: Client, typed: str) -> None:
    browser.post("/account/second-factor/code/", {"code": typed})


def is_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


@pytest.fixture
def admin(security_admin: User, browser: Client) -> Client:
    password_step(browser, "guard")
    return browser


# --- The second factor ---


def test_the_password_alone_opens_nothing(with_factor: User, browser: Client):
    password_step(browser)

    assert not is_in(browser)


def test_password_and_code_open_the_account(with_factor: User, browser: Client):
    password_step(browser)
    code_step(browser, code())

    assert is_in(browser)


def test_a_code_opens_only_once_even_after_the_cache_is_lost(with_factor: User):
    first, second = Client(), Client()
    typed = code()
    password_step(first)
    code_step(first, typed)
    cache.clear()
    password_step(second)
    code_step(second, typed)

    assert is_in(first)
    assert not is_in(second)


def test_codes_cannot_be_guessed_by_trying(with_factor: User):
    with time_machine.travel("2026-03-02 09:00+08:00", tick=False):
        for _ in range(9):
            browser = Client()
            password_step(browser)
            code_step(browser, "000000" if code() != "000000" else "111111")
        browser = Client()
        password_step(browser)
        code_step(browser, code())

        assert not is_in(browser)


def test_the_secret_stands_encrypted_in_the_database(clerk: User, browser: Client):
    password_step(browser)
    browser.post("/account/confirm/", {step_up.ANSWER: PASSWORD, step_up.WAS_GET: "1"})
    page = browser.get("/account/second-factor/set-up/").content.decode()
    secret = browser.session["mfa.totp.secret"]
    typed = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    browser.post("/account/second-factor/set-up/", {"code": typed})
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP)

    assert secret in page
    assert secret not in str(stored.data)


def test_recovery_codes_are_shown_once_and_open_once(clerk: User, browser: Client):
    password_step(browser)
    browser.post("/account/confirm/", {step_up.ANSWER: PASSWORD, step_up.WAS_GET: "1"})
    browser.get("/account/second-factor/set-up/")
    secret = browser.session["mfa.totp.secret"]
    browser.post(
        "/account/second-factor/set-up/",
        {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))},
    )
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().generate_codes()
    shown = browser.get("/account/second-factor/recovery/").content.decode()
    again = browser.get("/account/second-factor/recovery/").content.decode()

    assert codes[0] in shown
    assert codes[0] not in again
    results = []
    for _ in range(2):
        other = Client()
        password_step(other)
        code_step(other, codes[0])
        results.append(is_in(other))
    assert results == [True, False]


def test_staff_must_set_up_the_second_factor_first_where_it_is_compulsory(clerk, browser, settings):
    settings.STAFF_SECOND_FACTOR = True
    password_step(browser)

    assert browser.get("/account/")["Location"] == "/account/second-factor/set-up/"


def test_schools_need_no_second_factor(make_user, school, browser, settings):
    settings.STAFF_SECOND_FACTOR = True
    make_user("head", "principal", school)
    password_step(browser, "head")

    assert browser.get("/account/").status_code == 200


def test_a_compulsory_second_factor_is_not_given_up(with_factor, browser, settings):
    settings.STAFF_SECOND_FACTOR = True
    password_step(browser)
    code_step(browser, code())
    browser.post("/account/second-factor/remove/", {step_up.ANSWER: PASSWORD})

    assert Authenticator.objects.filter(user=with_factor, type="totp").exists()


def test_removing_the_second_factor_asks_once_more(with_factor: User, browser: Client):
    password_step(browser)
    code_step(browser, code())
    browser.post("/account/second-factor/remove/")

    assert Authenticator.objects.filter(user=with_factor, type="totp").exists()


# --- Once more ---

NEW = {"username": "newcomer", "name": "新人", "phone": "", "email": "", "language": "zh-hans"}


def test_granting_asks_once_more_and_keeps_what_was_typed(admin: Client):
    response = admin.post("/desk/accounts/new/", NEW)

    assert response.status_code == 401
    assert 'value="新人"' in response.content.decode()
    assert not User.objects.filter(username="newcomer").exists()


def test_the_answer_carries_out_what_waited(admin: Client):
    response = admin.post("/desk/accounts/new/", {**NEW, step_up.ANSWER: PASSWORD})

    assert response.status_code == 200
    assert User.objects.get(username="newcomer").name == "新人"


def test_a_wrong_answer_carries_out_nothing(admin: Client):
    response = admin.post("/desk/accounts/new/", {**NEW, step_up.ANSWER: "wrong"})

    assert response.status_code == 401
    assert not User.objects.filter(username="newcomer").exists()


def test_wrong_answers_are_counted(admin: Client):
    for _ in range(5):
        admin.post("/desk/accounts/new/", {**NEW, step_up.ANSWER: "wrong"})

    assert admin.post("/desk/accounts/new/", {**NEW, step_up.ANSWER: PASSWORD}).status_code == 401


def test_the_answer_holds_ten_minutes(security_admin: User):
    with time_machine.travel("2026-03-02 09:00+08:00", tick=False) as clock:
        browser = Client()
        password_step(browser, "guard")
        browser.post("/desk/accounts/new/", {step_up.ANSWER: PASSWORD, step_up.WAS_GET: "1"})
        clock.shift(timedelta(minutes=9))
        assert browser.get("/desk/accounts/new/").status_code == 200
        clock.shift(timedelta(minutes=2))

        assert 'name="step_up_password"' in browser.get("/desk/accounts/new/").content.decode()


def test_the_session_gets_a_new_key(admin: Client):
    old = admin.cookies["sessionid"].value
    admin.post("/desk/accounts/new/", {step_up.ANSWER: PASSWORD, step_up.WAS_GET: "1"})

    assert admin.cookies["sessionid"].value != old


def test_a_code_answers_too(security_admin: User, browser: Client):
    TOTP.activate(security_admin, SECRET)
    password_step(browser, "guard")
    code_step(browser, code())
    response = browser.post("/desk/accounts/new/", {**NEW, step_up.ANSWER: code(1)})

    assert response.status_code == 200
    assert User.objects.filter(username="newcomer").exists()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
def test_the_question_leads_to_no_other_site(admin: Client, target: str):
    response = admin.post(f"/account/confirm/?next={target}", {step_up.ANSWER: PASSWORD})

    assert response["Location"] == "/account/"
