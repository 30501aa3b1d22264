"""The pages of accounts, as a person meets them."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bureau.accounts.models import User
from bureau.accounts.step_up import ANSWER
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership, Unit
from tests.bureau.accounts.conftest import PASSWORD, MakeUser, make_unit

SignIn = Callable[[str], Client]


@pytest.fixture
def sign_in() -> SignIn:
    def enter(login: str) -> Client:
        browser = Client()
        browser.post("/account/login/", {"login": login, "password": PASSWORD})
        browser.post("/account/confirm/", {ANSWER: PASSWORD})
        return browser

    return enter


@pytest.fixture
def admin(security_admin: User, sign_in: SignIn) -> Client:
    return sign_in("guard")


def slip_password(page: str) -> str:
    return re.findall(r"[a-zA-Z2-9]{4}-[a-zA-Z2-9]{4}-[a-zA-Z2-9]{4}", page)[0]


OWN_PAGES = ["", "password/", "sessions/", "second-factor/", "second-factor/set-up/", "confirm/", "carried/"]
DESK_PAGES = [
    "",
    "new/",
    "onboarding/",
    "{pk}/",
    "{pk}/edit/",
    "{pk}/reset/",
    "{pk}/switch/",
    "{pk}/memberships/new/",
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("page", OWN_PAGES)
def test_ones_own_pages_open_in_both_languages(clerk, sign_in, page, language):
    User.objects.update(language=language)
    response = sign_in("clerk").get(f"/account/{page}", follow=True)

    assert response.status_code in (200, 410)


@pytest.mark.parametrize("page", DESK_PAGES)
def test_the_administrators_pages_open(clerk, admin, page):
    assert admin.get(f"/desk/accounts/{page.format(pk=clerk.pk)}").status_code == 200


@pytest.mark.parametrize("page", DESK_PAGES)
def test_a_clerk_opens_none_of_them(clerk, sign_in, page):
    assert sign_in("clerk").get(f"/desk/accounts/{page.format(pk=clerk.pk)}").status_code in (403, 404)


def test_a_district_leader_sees_the_people_of_the_own_schools_only(
    make_user, district, school, bureau, sign_in
):
    make_user("leader", Role.DISTRICT_LEADER, district)
    mine = make_user("mine", Role.PRINCIPAL, school)
    foreign_unit = make_unit("school-9", UnitKind.SCHOOL, make_unit("qixian", UnitKind.DISTRICT, bureau))
    foreign = make_user("foreign", Role.PRINCIPAL, foreign_unit)
    browser = sign_in("leader")
    page = browser.get("/desk/accounts/").content.decode()

    assert "mine" in page
    assert "foreign" not in page
    assert browser.get(f"/desk/accounts/{mine.pk}/").status_code == 200
    missing = browser.get("/desk/accounts/999999/")
    hidden = browser.get(f"/desk/accounts/{foreign.pk}/")
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert browser.post(f"/desk/accounts/{foreign.pk}/reset/").status_code == 404
    assert browser.get(f"/desk/accounts/{mine.pk}/switch/").status_code == 403


def test_a_reset_by_the_district_lets_the_principal_in_again(make_user, district, school, sign_in):
    make_user("leader", Role.DISTRICT_LEADER, district)
    principal = make_user("head", Role.PRINCIPAL, school)
    response = sign_in("leader").post(f"/desk/accounts/{principal.pk}/reset/")
    browser = Client()
    browser.post("/account/login/", {"login": "head", "password": slip_password(response.content.decode())})

    assert "no-store" in response["Cache-Control"]
    assert browser.get("/account/password/").status_code == 200


def test_a_new_account_comes_with_its_slip(admin):
    response = admin.post(
        "/desk/accounts/new/",
        {
            "username": "zhang",
            "name": "张强",
            "phone": "１３８ 1234 5678",
            "email": "",
            "language": "zh-hans",
        },
    )
    user = User.objects.get(username="zhang")

    assert user.check_password(slip_password(response.content.decode()))
    assert user.phone == "13812345678"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "clerk"),
        ("username", "13800138000"),
        ("phone", "13800138000"),
        ("email", "clerk@example.org"),
    ],
)
def test_what_belongs_to_somebody_else_is_refused_with_a_sentence(clerk, admin, field, value):
    data = {"username": "fresh", "name": "新", "phone": "", "email": "", "language": "en", field: value}
    response = admin.post("/desk/accounts/new/", data)

    assert 'class="errsum"' in response.content.decode()
    assert User.objects.filter(name="新").count() == 0


def test_fields_that_the_form_does_not_show_change_nothing(clerk, admin):
    admin.post(
        f"/desk/accounts/{clerk.pk}/edit/",
        {
            "name": "New",
            "phone": "",
            "email": "",
            "language": "en",
            "is_superuser": "on",
            "is_active": "",
            "username": "x",
        },
    )
    clerk.refresh_from_db()

    assert (clerk.name, clerk.username, clerk.is_superuser, clerk.is_active) == ("New", "clerk", False, True)


def test_switching_off_and_on_needs_a_reason(clerk, admin):
    admin.post(f"/desk/accounts/{clerk.pk}/switch/", {"reason": ""})
    assert User.objects.get(pk=clerk.pk).is_active
    admin.post(f"/desk/accounts/{clerk.pk}/switch/", {"reason": "retired"})
    assert not User.objects.get(pk=clerk.pk).is_active
    admin.post(f"/desk/accounts/{clerk.pk}/switch/", {"reason": "back"})
    assert User.objects.get(pk=clerk.pk).is_active


def test_the_administrator_neither_resets_nor_switches_off_himself(security_admin, admin):
    assert admin.post(f"/desk/accounts/{security_admin.pk}/reset/").status_code == 403
    assert admin.post(f"/desk/accounts/{security_admin.pk}/switch/", {"reason": "x"}).status_code == 403


def test_a_membership_is_granted_and_ended(clerk, section, admin):
    data = {"unit": section.pk, "role": Role.OFFICER, "since": "2026-01-01", "until": ""}
    admin.post(f"/desk/accounts/{clerk.pk}/memberships/new/", data)
    row = Membership.objects.get(user=clerk, role=Role.OFFICER)
    admin.post(f"/desk/accounts/{clerk.pk}/memberships/{row.pk}/end/", {"last_day": "", "reason": "moved"})

    assert not Membership.objects.in_force().filter(pk=row.pk).exists()


def test_granting_oneself_is_refused_with_a_sentence(security_admin, bureau, admin):
    data = {"unit": bureau.pk, "role": Role.BUREAU_LEADER, "since": "2026-01-01", "until": ""}
    response = admin.post(f"/desk/accounts/{security_admin.pk}/memberships/new/", data)

    assert 'class="errsum"' in response.content.decode()
    assert security_admin.memberships.count() == 1


def test_the_list_asks_as_often_for_many_as_for_few(make_user, section, admin):
    def count() -> int:
        cache.clear()  # what the menu remembers
        with CaptureQueriesContext(connection) as asked:
            admin.get("/desk/accounts/")
        return len(asked)

    make_user("few", Role.CLERK, section)
    few = count()
    for number in range(30):
        make_user(f"many{number}", Role.CLERK, section)

    assert count() == few


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=13800138000", True),
        ("q=clerk", True),
        ("q=nobody-here", False),
        ("kind=section", True),
        ("kind=school", False),
    ],
)
def test_the_list_is_searched(clerk, admin, query, found):
    page = admin.get(f"/desk/accounts/?{query}").content.decode()

    assert (f'href="/desk/accounts/{clerk.pk}/"' in page) == found


def test_all_schools_get_accounts_and_printed_slips(district: Unit, school: Unit, admin: Client):
    admin.post("/desk/accounts/onboarding/", {"make": "1", "with_seconds": "on"})
    page = admin.post(f"/desk/accounts/onboarding/{district.pk}/slips/").content.decode()
    again = admin.post(f"/desk/accounts/onboarding/{district.pk}/slips/").content.decode()

    assert page.count('class="panel panel-b slip mt"') == 4
    assert "3614000001" in page
    assert 'class="panel panel-b slip mt"' not in again


def test_a_hand_over_prints_the_new_principals_slip(school, make_user, admin):
    make_user("old", Role.PRINCIPAL, school)
    response = admin.post(
        f"/desk/accounts/hand-over/{school.pk}/",
        {"name": "新校长", "phone": "", "role": Role.PRINCIPAL, "reason": "appointed"},
    )
    new = Membership.objects.in_force().get(unit=school).user

    assert new.check_password(slip_password(response.content.decode()))


# --- The users of my school ---


@pytest.fixture
def principal(make_user: MakeUser, school: Unit, sign_in: SignIn) -> Client:
    make_user("head", Role.PRINCIPAL, school)
    return sign_in("head")


def test_a_principal_adds_a_clerk_with_a_slip(principal, school):
    response = principal.post(f"/school/users/new/{school.pk}/", {"name": "王芳", "phone": "13700000001"})
    clerk = Membership.objects.in_force().get(unit=school, role=Role.SCHOOL_CLERK).user

    assert clerk.check_password(slip_password(response.content.decode()))
    assert clerk.username == "3614000001"


def test_a_principal_resets_and_ends_a_clerk(principal, school, make_user):
    clerk = make_user("clerk1", Role.SCHOOL_CLERK, school)
    page = principal.get("/school/users/").content.decode()
    reset = principal.post(f"/school/users/{clerk.pk}/reset/")
    principal.post(f"/school/users/{clerk.memberships.get().pk}/end/")

    assert "clerk1" in page
    assert reset.status_code == 200
    assert not Membership.objects.in_force().filter(user=clerk).exists()


def test_a_principal_touches_no_other_school(principal, make_user, district):
    other = make_unit("school-7", UnitKind.SCHOOL, district)
    clerk = make_user("theirs", Role.SCHOOL_CLERK, other)

    assert principal.post(f"/school/users/new/{other.pk}/", {"name": "x"}).status_code == 404
    assert principal.post(f"/school/users/{clerk.pk}/reset/").status_code == 404
    assert principal.post(f"/school/users/{clerk.memberships.get().pk}/end/").status_code == 404


def test_a_school_clerk_manages_nobody(make_user, school, sign_in):
    make_user("clerk1", Role.SCHOOL_CLERK, school)

    assert sign_in("clerk1").get("/school/users/").status_code == 403


def test_sign_in_leads_to_ones_own_workspace(clerk, make_user, school, sign_in):
    make_user("head", Role.PRINCIPAL, school)

    assert sign_in("clerk").get("/account/home/")["Location"] == "/desk/"
    assert sign_in("head").get("/account/home/")["Location"] == "/school/"
    make_user("nowhere")
    assert sign_in("nowhere").get("/account/home/")["Location"] == "/account/"
