"""The one door: what permitted() and may() answer, and what they never do."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from guardian.core import ObjectPermissionChecker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.access.remits import apply_remits
from bureau.access.roles import SHARED_VERBS
from bureau.access.services import may, permitted
from bureau.access.standing import forget_standings, rights_scope
from bureau.accounts.principals import PUBLIC, Holder, System
from bureau.audit.models import Event
from bureau.charter.choices import Role
from bureau.charter.models import Charter, HeldCapability, Unit
from schools.models import School, SchoolGroupGrant, SchoolUserGrant
from schools.rules import SCHOOL_VERBS
from tests.cast import person
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db
VERBS = ["view", "change", "adjust", "merge", "export", "review"]


def yesterday():
    return timezone.localdate() - timedelta(days=1)


def permission(verb):
    return Permission.objects.get(content_type__app_label="schools", codename=SCHOOL_VERBS[verb])


def test_a_kind_of_record_without_a_policy_is_nobodys(cast):
    for model in (Charter, Event, HeldCapability):
        assert not permitted(cast.bureau_leader, "view", model).exists()


def test_an_unknown_verb_is_nobodys(cast):
    assert not permitted(cast.office_chief, "demolish", School).exists()


def test_the_public_the_holder_and_the_system_have_only_what_is_declared(cast):
    hidden = SchoolFactory(suspended=True)

    assert not permitted(PUBLIC, "change", School).exists()
    assert not permitted(PUBLIC, "view", School).filter(pk=hidden.pk).exists()
    assert not permitted(Holder("schools.school", cast.school.pk), "view", School).exists()
    assert not permitted(System("night"), "view", School).exists()
    assert permitted(System("night", frozenset({"schools.school.view"})), "view", School).count() == 3


def test_a_membership_that_lapsed_yesterday_gives_nothing_today(cast):
    assert permitted(cast.basic_clerk, "change", School).exists()

    cast.basic_clerk.memberships.update(until=yesterday())

    assert not permitted(cast.basic_clerk, "view", School).exists()


def test_a_membership_holds_through_its_last_day_and_not_before_its_first(cast):
    row = cast.basic_clerk.memberships.get()
    row.until = timezone.localdate()
    row.save()
    assert permitted(cast.basic_clerk, "view", School).exists()

    row.since, row.until = timezone.localdate() + timedelta(days=1), None
    row.save()
    assert not permitted(cast.basic_clerk, "view", School).exists()


def test_a_deactivated_person_sees_nothing_though_guardian_would_show_it(cast):
    cast.basic_clerk.is_active = False
    cast.basic_clerk.save()

    assert not permitted(cast.basic_clerk, "view", School).exists()


def test_a_stale_copy_of_a_deactivated_person_sees_nothing_either(cast):
    type(cast.basic_clerk).objects.filter(pk=cast.basic_clerk.pk).update(is_active=False)

    assert not permitted(cast.basic_clerk, "view", School).exists()


def test_a_unit_that_is_closed_gives_its_people_nothing(cast):
    Unit.objects.filter(key="basic").update(is_active=False)

    assert not permitted(cast.basic_clerk, "view", School).exists()


def test_the_right_of_the_unit_is_not_enough_without_the_role(cast):
    finance_chief = person("finance_chief", (Unit.objects.get(key="planning_finance"), Role.CHIEF))

    assert permitted(cast.finance_clerk, "view", School).exists()
    assert not permitted(cast.finance_clerk, "merge", School).exists()
    assert permitted(finance_chief, "merge", School).exists()


def test_superuser_and_django_permissions_are_ignored(cast):
    cast.outsider.is_superuser = True
    cast.outsider.save()
    cast.outsider.user_permissions.add(permission("view"))
    cast.outsider.groups.add(Unit.objects.get(key="basic").group)

    assert not permitted(cast.outsider, "view", School).exists()
    assert not may(cast.outsider, "view", cast.school)


def test_a_model_wide_permission_of_the_group_gives_no_record(cast):
    kindergarten = SchoolFactory(kindergarten=True)
    Unit.objects.get(key="basic").group.permissions.add(permission("change"))

    assert not may(cast.basic_clerk, "change", kindergarten)


def test_what_may_be_seen_but_not_done_is_refused_with_its_own_words(cast):
    assert "for others" in str(may(cast.office_clerk, "change", cast.school).reason)
    assert "not open" in str(may(cast.principal, "view", cast.other_school).reason)


def test_a_record_that_is_not_stored_is_nobodys(cast):
    assert not may(cast.office_chief, "view", School())


def test_a_new_record_with_the_key_of_a_deleted_one_inherits_no_grant(cast):
    school = SchoolFactory(code="2114900001")
    key = school.pk
    group = Unit.objects.get(key="office").group
    SchoolGroupGrant.objects.create(group=group, permission=permission("view"), content_object=school)
    SchoolUserGrant.objects.create(
        user=cast.outsider,
        permission=permission("view"),
        content_object=school,
        reason="x",
        until=timezone.localdate(),
        granted_by="x",
    )
    assert may(cast.office_clerk, "view", school)
    assert may(cast.outsider, "view", school)
    unit = school.unit
    school.delete()

    again = SchoolFactory(pk=key, code="2114900002", unit=unit)

    assert again.pk == key
    assert not may(cast.office_clerk, "view", again)
    assert not may(cast.outsider, "view", again)


def test_a_right_revoked_within_one_request_is_gone_in_it(cast):
    with rights_scope():
        assert may(cast.basic_clerk, "change", cast.school)
        SchoolGroupGrant.objects.filter(group__unit__key="basic", permission=permission("change")).delete()
        assert not may(cast.basic_clerk, "change", cast.school)

        assert may(cast.basic_clerk, "view", cast.school)
        cast.basic_clerk.memberships.update(until=yesterday())
        forget_standings()
        assert not may(cast.basic_clerk, "view", cast.school)


def test_rights_are_read_once_per_request_and_anew_in_the_next(cast, django_assert_num_queries):
    with rights_scope():
        list(permitted(cast.basic_clerk, "view", School))
        with django_assert_num_queries(1):
            list(permitted(cast.basic_clerk, "view", School))
    cast.basic_clerk.memberships.update(until=yesterday())
    with rights_scope():
        assert not permitted(cast.basic_clerk, "view", School).exists()


def test_what_is_narrowed_once_stays_whole_for_the_next_question(cast):
    with rights_scope():
        assert permitted(cast.office_chief, "view", School).filter(pk=cast.school.pk).count() == 1
        assert set(permitted(cast.office_chief, "view", School)) == {cast.school, cast.other_school}


def test_what_is_new_in_a_request_is_seen_in_it(cast):
    with rights_scope():
        assert len(permitted(cast.office_chief, "view", School)) == 2
        apply_remits(objects=[SchoolFactory(code="2114900003")])
        assert len(permitted(cast.office_chief, "view", School)) == 3


def test_a_deputy_leader_sees_through_the_sections_in_his_or_her_charge(cast):
    assert set(permitted(cast.deputy_leader, "view", School)) == {cast.school, cast.other_school}
    assert not permitted(cast.deputy_leader, "change", School).exists()

    cast.deputy_leader.memberships.get().in_charge_of.set([Unit.objects.get(key="retirees")])

    assert not permitted(cast.deputy_leader, "view", School).exists()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.sets(
        st.tuples(st.sampled_from(["office", "basic", "retirees"]), st.sampled_from(VERBS), st.booleans())
    ),
    role=st.sampled_from([Role.CLERK, Role.OFFICER, Role.CHIEF]),
)
def test_group_rows_are_what_guardian_says_cut_by_the_role(cast, rows, role):
    """Whatever rows there are: permitted() = the rows of the group, as guardian reads them, ∩ the verbs of the role."""
    SchoolGroupGrant.objects.all().delete()
    schools = {True: cast.school, False: cast.other_school}
    units = {unit.key: unit for unit in Unit.objects.filter(key__in=["office", "basic", "retirees"])}
    for key, verb, which in rows:
        SchoolGroupGrant.objects.create(
            group=units[key].group, permission=permission(verb), content_object=schools[which]
        )
    cast.basic_clerk.memberships.update(role=role)
    checker = ObjectPermissionChecker(units["basic"].group)

    for verb in VERBS:
        expected = {
            school
            for school in schools.values()
            if verb in SHARED_VERBS[role] and checker.has_perm(SCHOOL_VERBS[verb], school)
        }
        assert set(permitted(cast.basic_clerk, verb, School)) == expected
        assert {school for school in schools.values() if may(cast.basic_clerk, verb, school)} == expected
