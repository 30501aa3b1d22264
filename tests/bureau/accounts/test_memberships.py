"""Who becomes what, and who may say so."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from bureau.access.people import may_grant
from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts import services as accounts
from bureau.accounts.models import User
from bureau.audit.models import Event
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership, Unit
from bureau.charter.services import KEPT_APART, add_membership, end_membership
from tests.bureau.accounts.conftest import MakeUser, make_unit


def roles(user: User) -> set[str]:
    return {post.role for post in standing(user).posts}


def test_a_membership_gives_the_role_at_once_and_is_audited(clerk, section, security_admin):
    add_membership(user=clerk, unit=section, role=Role.OFFICER, by=security_admin)

    assert Role.OFFICER in roles(clerk)
    assert Event.objects.filter(action="charter.membership.added", actor_id=security_admin.pk).exists()


def test_ending_takes_the_role_at_once(clerk, security_admin):
    end_membership(membership=clerk.memberships.get(), by=security_admin)

    assert roles(clerk) == set()


def test_a_last_day_in_the_future_leaves_the_role_until_then(clerk, security_admin):
    day = timezone.localdate() + timedelta(days=3)
    end_membership(membership=clerk.memberships.get(), by=security_admin, last_day=day)

    assert roles(clerk) == {Role.CLERK}
    assert not Membership.objects.in_force(day + timedelta(days=1)).filter(user=clerk).exists()


def test_a_membership_begun_today_can_be_ended_today(clerk, section, security_admin):
    row = add_membership(user=clerk, unit=section, role=Role.OFFICER, by=security_admin)
    end_membership(membership=row, by=security_admin)

    assert roles(clerk) == {Role.CLERK}


def test_nobody_changes_his_own_memberships(security_admin, bureau):
    with pytest.raises(ValidationError):
        add_membership(user=security_admin, unit=bureau, role=Role.BUREAU_LEADER, by=security_admin)
    with pytest.raises(ValidationError):
        end_membership(membership=security_admin.memberships.get(), by=security_admin)


@pytest.mark.parametrize(("has", "gets"), list(permutations(KEPT_APART, 2)))
def test_administrators_and_auditors_are_kept_apart(make_user, bureau, security_admin, has, gets):
    person = make_user("person", has, bureau)

    with pytest.raises(ValidationError):
        add_membership(user=person, unit=bureau, role=gets, by=security_admin)
    assert roles(person) == {has}


def test_one_may_follow_the_other_on_another_day(make_user, bureau, security_admin):
    person = make_user("person")
    yesterday = timezone.localdate() - timedelta(days=1)
    add_membership(
        user=person, unit=bureau, role=Role.AUDITOR, by=security_admin, since=yesterday, until=yesterday
    )
    add_membership(user=person, unit=bureau, role=Role.SYSTEM_ADMIN, by=security_admin)

    assert roles(person) == {Role.SYSTEM_ADMIN}


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (UnitKind.SECTION, Role.PRINCIPAL),
        (UnitKind.SCHOOL, Role.CLERK),
        (UnitKind.DISTRICT, Role.SECURITY_ADMIN),
        (UnitKind.BUREAU, Role.CLERK),
        (UnitKind.OUTSIDE, Role.CLERK),
    ],
)
def test_a_role_belongs_to_its_kind_of_unit(make_user, security_admin, kind, role):
    unit = make_unit("place", kind)

    with pytest.raises(ValidationError):
        add_membership(user=make_user("person"), unit=unit, role=role, by=security_admin)


def test_the_last_security_administrator_stays(make_user, bureau, security_admin):
    second = make_user("second", Role.SECURITY_ADMIN, bureau)
    end_membership(membership=security_admin.memberships.get(), by=second)

    outsider = make_user("outsider")
    with pytest.raises(ValidationError):
        end_membership(membership=second.memberships.get(), by=outsider)
    with pytest.raises(ValidationError):
        accounts.deactivate(user=second, by=outsider)
    second.refresh_from_db()
    assert second.is_active


def test_an_inactive_security_administrator_does_not_count(make_user, bureau, security_admin):
    make_user("sleeping", Role.SECURITY_ADMIN, bureau, is_active=False)

    with pytest.raises(ValidationError):
        accounts.deactivate(user=security_admin, by=make_user("outsider"))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other_at_the_same_instant():
    bureau = make_unit("bureau", UnitKind.BUREAU)
    people = [User.objects.create_user(name, "x", name=name) for name in ("first", "second")]
    rows = [Membership.objects.create(user=user, unit=bureau, role=Role.SECURITY_ADMIN) for user in people]

    def remove(number: int) -> bool:
        try:
            end_membership(membership=rows[number], by=people[1 - number])
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, range(2))) == [False, True]


def test_a_failed_grant_leaves_nothing(clerk, section, security_admin, monkeypatch):
    before = clerk.session_epoch

    def fail(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(accounts, "end_sessions", fail)
    with pytest.raises(RuntimeError):
        add_membership(user=clerk, unit=section, role=Role.OFFICER, by=security_admin)

    clerk.refresh_from_db()
    assert clerk.session_epoch == before
    assert clerk.memberships.count() == 1
    assert not Event.objects.filter(action="charter.membership.added").exists()


# --- Whose account is whose to reset ---


@pytest.fixture
def people(make_user: MakeUser, school: Unit, district: Unit, bureau: Unit) -> dict[str, User]:
    other_district = make_unit("qixian", UnitKind.DISTRICT, bureau)
    other_school = make_unit("school-3614000002", UnitKind.SCHOOL, other_district)
    return {
        "principal": make_user("principal", Role.PRINCIPAL, school),
        "school_clerk": make_user("school-clerk", Role.SCHOOL_CLERK, school),
        "other_principal": make_user("other-principal", Role.PRINCIPAL, other_school),
        "other_clerk": make_user("other-clerk", Role.SCHOOL_CLERK, other_school),
        "district_leader": make_user("leader", Role.DISTRICT_LEADER, district),
        "reviewer": make_user("reviewer", Role.DISTRICT_REVIEWER, district),
    }


def resettable(by: User) -> set[str]:
    return set(permitted(by, "reset", User).values_list("username", flat=True))


def test_a_district_leader_resets_the_accounts_of_the_own_schools_only(people):
    assert resettable(people["district_leader"]) == {"principal", "school-clerk"}


def test_a_principal_resets_the_clerks_of_the_own_school_only(people):
    assert resettable(people["principal"]) == {"school-clerk"}


@pytest.mark.parametrize("who", ["school_clerk", "reviewer"])
def test_clerks_and_reviewers_reset_nobody(people, who):
    assert resettable(people[who]) == set()


def test_the_security_administrator_resets_everybody_else(people, security_admin):
    assert resettable(security_admin) == {user.username for user in people.values()}


def test_a_clerk_who_also_works_in_the_bureau_is_out_of_the_districts_hands(people, section):
    Membership.objects.create(user=people["school_clerk"], unit=section, role=Role.OFFICER)

    assert resettable(people["district_leader"]) == {"principal"}
    assert resettable(people["principal"]) == set()


def test_a_clerk_of_two_schools_is_not_reset_by_one_principal(people):
    other = people["other_clerk"].memberships.get().unit
    Membership.objects.create(user=people["school_clerk"], unit=other, role=Role.SCHOOL_CLERK)

    assert resettable(people["principal"]) == set()


@pytest.mark.parametrize("role", list(Role))
def test_a_principal_grants_nothing_but_clerk_of_the_own_school(people, school, section, role):
    by = people["principal"]
    other = people["other_principal"].memberships.get().unit

    assert bool(may_grant(by, unit=school, role=role)) == (role == Role.SCHOOL_CLERK)
    assert not may_grant(by, unit=other, role=role)
    assert not may_grant(by, unit=section, role=role)
