"""What a password must be; slips; the first sign-in."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from bureau.accounts import services, slips
from bureau.accounts.models import Slip, User
from tests.bureau.accounts.conftest import PASSWORD


@pytest.fixture
def person(make_user) -> User:
    return make_user("3614000001", name="Li Minhua", phone="13912345678", email="liminhua@example.org")


def accepted(password: str, person: User) -> bool:
    try:
        validate_password(password, person)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "password",
    [
        "short-one", "password123", "1234567890", "qwertyuiop", "aaaaaaaaaaaa", "Password!2026", "11112222333344",
        "liminhua2026", "Li Minhua 12", "3614000001ab", "x13912345678", "jiaoyuju2026", "教育局教育局教育局1",
        "jinzhong-school", "liminhua@example", "a" * 129,
    ],
)  # fmt: skip
def test_a_weak_password_is_refused(person: User, password: str):
    assert not accepted(password, person)


@pytest.mark.parametrize(
    "password",
    [
        "tea-before-eight",
        "汾河边的柳树今年早绿了",
        "kT7m-Rw4p-9xHd",
        "correct horse battery",
        "z9" + "Kw4-" * 31 + "ab",
    ],
)
def test_a_good_password_is_taken(person: User, password: str):
    assert accepted(password, person)


def test_the_present_password_is_no_new_one(person: User):
    assert not accepted(PASSWORD, person)


def test_composition_is_a_switch(person: User, settings):
    assert accepted("tea-before-eight", person)
    settings.PASSWORD_CLASSES = 3

    assert not accepted("tea-before-eight", person)
    assert accepted("Tea-before-8-oh", person)


def test_former_passwords_do_not_return_where_the_switch_says_so(person: User, settings):
    settings.PASSWORD_HISTORY = 2
    for new in ("first-of-the-three", "second-of-the-three"):
        services.set_own_password(user=person, password=new)

    assert not accepted("first-of-the-three", person)


def test_rotation_is_a_switch(clerk: User, settings):
    settings.PASSWORD_MAX_AGE_DAYS = 90
    with time_machine.travel(clerk.password_set_at + timedelta(days=91), tick=False):
        browser = Client()
        browser.post("/account/login/", {"login": "clerk", "password": PASSWORD})

        assert browser.get("/account/")["Location"] == "/account/password/"


# --- Slips ---


@pytest.fixture
def slip(clerk: User, security_admin: User) -> slips.Printed:
    return slips.issue([clerk], by=security_admin)[0]


def sign_in(password: str) -> Client:
    browser = Client()
    browser.post("/account/login/", {"login": "clerk", "password": password})
    return browser


def test_a_slip_leads_to_the_choice_of_a_password_and_nowhere_else(slip):
    browser = sign_in(slip.password)

    for address in ("/account/", "/account/home/", "/account/sessions/"):
        assert browser.get(address)["Location"] == "/account/password/"
    assert browser.get("/account/password/").status_code == 200


def test_after_the_choice_everything_is_open_and_the_slip_is_not(slip):
    browser = sign_in(slip.password)
    new = "a-sentence-of-my-own"
    browser.post("/account/password/", {"new": new, "again": new})

    assert browser.get("/account/").status_code == 200
    assert sign_in(slip.password).get("/account/").status_code == 302
    assert sign_in(new).get("/account/").status_code == 200


def test_a_slip_opens_once(slip):
    sign_in(slip.password)
    second = sign_in(slip.password)

    assert second.get("/account/password/").status_code == 302


def test_a_slip_expires(clerk, security_admin, settings):
    settings.SLIP_DAYS = 3
    slip = slips.issue([clerk], by=security_admin)[0]
    with time_machine.travel(slip.expires_at + timedelta(minutes=1), tick=False):
        assert sign_in(slip.password).get("/account/password/").status_code == 302


def test_a_new_slip_ends_the_old_one(clerk, slip, security_admin):
    newer = slips.issue([clerk], by=security_admin)[0]

    assert sign_in(slip.password).get("/account/password/").status_code == 302
    assert sign_in(newer.password).get("/account/password/").status_code == 200


def test_a_slip_opens_a_locked_account(clerk, security_admin):
    for _ in range(6):
        sign_in("wrong")
    slip = slips.issue([clerk], by=security_admin)[0]

    assert sign_in(slip.password).get("/account/password/").status_code == 200


def test_initial_passwords_are_all_different_and_stored_nowhere(make_user, security_admin):
    people = [make_user(f"person{number}") for number in range(20)]
    printed = slips.issue(people, by=security_admin)
    rows = str(list(User.objects.values())) + str(list(Slip.objects.values()))

    assert len({slip.password for slip in printed}) == 20
    assert not [slip for slip in printed if slip.password in rows]
