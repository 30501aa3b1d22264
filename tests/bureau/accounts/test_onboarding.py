"""Accounts for everybody in one act; from one principal to the next."""

import pytest

from bureau.accounts import slips
from bureau.accounts.models import User
from bureau.charter import onboarding
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership, Unit
from tests.bureau.accounts.conftest import PASSWORD, make_unit


@pytest.fixture
def schools(district: Unit) -> list[Unit]:
    return [make_unit(f"school-361400000{number}", UnitKind.SCHOOL, district) for number in range(3)]


def test_every_school_and_district_gets_its_accounts(schools, security_admin):
    people = onboarding.open_accounts(by=security_admin, with_seconds=True)

    assert {user.username for user in people} == {
        "3614000000", "3614000000-2", "3614000001", "3614000001-2", "3614000002", "3614000002-2", "pingyao", "pingyao-2",
    }  # fmt: skip
    assert Membership.objects.in_force().get(user__username="3614000001").role == Role.PRINCIPAL
    assert Membership.objects.in_force().get(user__username="pingyao").role == Role.DISTRICT_LEADER


def test_doing_it_twice_does_no_harm(schools, security_admin):
    onboarding.open_accounts(by=security_admin, with_seconds=True)

    assert onboarding.open_accounts(by=security_admin, with_seconds=True) == []


def test_a_school_with_a_principal_keeps_it(schools, make_user, security_admin):
    make_user("here-already", Role.PRINCIPAL, schools[0])
    people = onboarding.open_accounts(by=security_admin, with_seconds=False)

    assert len(people) == 3
    assert not Membership.objects.filter(unit=schools[0], user__in=people).exists()


def test_a_taken_user_name_is_not_taken_again(schools, make_user, security_admin):
    make_user("3614000001")
    people = onboarding.open_accounts(by=security_admin, with_seconds=False)

    assert "3614000001-2" in {user.username for user in people}


def test_the_number_of_queries_does_not_grow_with_the_schools(
    schools, security_admin, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15):
        onboarding.open_accounts(by=security_admin, with_seconds=True)


def test_no_account_opens_before_its_slip(schools, security_admin, client):
    onboarding.open_accounts(by=security_admin, with_seconds=False)
    client.post("/account/login/", {"login": "3614000001", "password": PASSWORD})

    assert client.get("/account/password/").status_code == 302


def test_whoever_holds_a_slip_waits_for_none(schools, security_admin):
    people = onboarding.open_accounts(by=security_admin, with_seconds=False)
    units = Unit.objects.filter(kind=UnitKind.SCHOOL)
    before = onboarding.waiting_for_slip(units).count()
    slips.issue(people[:1], by=security_admin)

    assert (before, onboarding.waiting_for_slip(units).count()) == (3, 2)


def test_a_hand_over_ends_the_old_principals_rights_and_session(schools, make_user, security_admin, client):
    old = make_user("old", Role.PRINCIPAL, schools[0])
    client.post("/account/login/", {"login": "old", "password": PASSWORD})
    new = onboarding.hand_over(
        unit=schools[0], role=Role.PRINCIPAL, name="新校长", phone="13900000001", by=security_admin
    )

    old.refresh_from_db()
    assert not old.is_active
    assert client.get("/account/").status_code == 302
    assert Membership.objects.in_force().get(unit=schools[0]).user == new


def test_an_old_principal_with_another_place_keeps_the_account(schools, make_user, security_admin):
    old = make_user("old", Role.PRINCIPAL, schools[0])
    Membership.objects.create(user=old, unit=schools[1], role=Role.PRINCIPAL)
    onboarding.hand_over(unit=schools[0], role=Role.PRINCIPAL, name="新校长", phone="", by=security_admin)

    old.refresh_from_db()
    assert old.is_active


def test_a_hand_over_that_fails_leaves_the_old_principal(schools, make_user, security_admin):
    old = make_user("old", Role.PRINCIPAL, schools[0], phone="13900000001")

    with pytest.raises(Exception, match=r"phone|电话"):
        onboarding.hand_over(
            unit=schools[0], role=Role.PRINCIPAL, name="新校长", phone="13900000001", by=security_admin
        )
    old.refresh_from_db()
    assert old.is_active
    assert Membership.objects.in_force().get(unit=schools[0]).user == old
    assert User.objects.filter(name="新校长").count() == 0
