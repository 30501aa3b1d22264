"""Remits become rows of groups: exactly those wanted, and no other row is touched."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.access.holders import holder_of, why_no_holder
from bureau.access.remits import apply_remits, drift
from bureau.access.services import permitted
from bureau.charter.models import HeldCapability, Remit, Unit
from schools.models import District, School, SchoolGroupGrant, StageGroupGrant
from tests.factories.schools import SchoolFactory, school_type

pytestmark = pytest.mark.django_db


def verbs(key, school):
    rows = SchoolGroupGrant.objects.filter(group__unit__key=key, content_object=school)
    return {name.removesuffix("_school") for name in rows.values_list("permission__codename", flat=True)}


def stage_verbs(key, school):
    rows = StageGroupGrant.objects.filter(group__unit__key=key, content_object__school=school)
    return set(rows.values_list("content_object__stage", "permission__codename"))


def placed(*args, **kwargs):
    school = SchoolFactory(*args, **kwargs)
    apply_remits(objects=[school])
    return school


def test_a_remit_covers_the_schools_of_its_stages(charter_jinzhong):
    primary, kindergarten = placed(), placed(kindergarten=True)

    assert verbs("basic", primary) == {"view", "change", "export"}
    assert verbs("basic", kindergarten) == set()
    assert verbs("preschool", kindergarten) == {"view", "change", "export"}
    assert verbs("office", primary) == verbs("office", kindergarten) == {"view"}
    assert verbs("planning_finance", primary) == {"view", "add", "adjust", "merge", "export"}


def test_a_remit_over_private_schools_covers_them_whatever_their_stage(charter_jinzhong):
    assert verbs("adult", placed(kindergarten=True, private=True)) == {"view"}
    assert verbs("adult", placed()) == set()


def test_a_remit_over_pupils_lands_on_the_stages_it_names(charter_jinzhong):
    school = placed(nine_year=True)

    assert ("primary", "view_students") in stage_verbs("basic", school)
    assert ("junior", "transfer_students") in stage_verbs("basic", school)
    assert stage_verbs("vocational", school) == set()
    assert ("junior", "train_teachers") in stage_verbs("teacher_training", school)


def test_a_school_has_rights_over_itself_and_its_district_over_it(charter_jinzhong):
    school = placed()

    assert verbs(school.unit.key, school) == {"view", "change", "export"}
    assert verbs("district-140702", school) == {"view", "review", "export"}
    assert verbs("district-140728", school) == set()


def test_a_school_run_by_the_city_is_not_the_districts(charter_jinzhong):
    assert verbs("district-140702", placed(city_run=True)) == set()


def test_rights_follow_a_school_to_another_district(charter_jinzhong):
    school = placed()
    school.managed_by = District.objects.get(code="140728").unit
    school.save()

    report = apply_remits(objects=[school])

    assert verbs("district-140702", school) == set()
    assert verbs("district-140728", school) == {"view", "review", "export"}
    assert report.lost["district-140702", "school", "review"] == 1
    assert report.gained["district-140728", "school", "review"] == 1


def test_rights_follow_a_change_of_stage(charter_jinzhong):
    school = placed()
    school.school_type = school_type("111")
    school.save()
    school.stages.all().delete()
    school.stages.create(stage="preschool")

    apply_remits(objects=[school])

    assert verbs("basic", school) == set()
    assert verbs("preschool", school) == {"view", "change", "export"}


def test_settling_one_school_leaves_the_rows_of_the_others(charter_jinzhong):
    one, other = placed(), placed()
    SchoolGroupGrant.objects.filter(content_object=other).delete()

    apply_remits(objects=[one])

    assert not SchoolGroupGrant.objects.filter(content_object=other).exists()
    assert verbs("basic", one) == {"view", "change", "export"}


def test_applying_twice_writes_nothing_the_second_time(charter_jinzhong):
    placed()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert not apply_remits()
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "DELETE", "UPDATE"))]


def test_the_work_does_not_grow_with_the_schools(charter_jinzhong):
    def queries(count):
        for _ in range(count):
            SchoolFactory()
        with CaptureQueriesContext(connection) as found:
            apply_remits()
        return sum(query["sql"].startswith("SELECT") for query in found)

    assert queries(2) == queries(40)


def test_rows_that_no_remit_wants_are_taken_away(cast):
    office = Unit.objects.get(key="office")
    Remit.objects.filter(unit=office).delete()

    report = apply_remits()

    assert report.lost == {("office", "school", "view"): 2}
    assert not permitted(cast.office_clerk, "view", School).exists()


def test_only_the_kind_asked_for_is_applied(cast):
    SchoolGroupGrant.objects.all().delete()
    StageGroupGrant.objects.all().delete()

    apply_remits(over="school")

    assert SchoolGroupGrant.objects.exists()
    assert not StageGroupGrant.objects.exists()


def test_drift_is_seen_and_not_mended_by_looking(cast):
    SchoolGroupGrant.objects.filter(group__unit__key="basic").delete()

    assert drift().gained["basic", "school", "change"] == 2
    assert drift().gained["basic", "school", "change"] == 2


def test_a_remit_over_what_is_not_installed_is_kept(charter_jinzhong):
    apply_remits()

    assert Remit.objects.filter(over="fund", unit__key="planning_finance").exists()


@pytest.mark.parametrize(
    ("capability", "traits", "holder"),
    [
        ("office.letters", {}, "office"),
        ("schools.students", {}, "basic"),
        ("schools.students", {"vocational": True}, "vocational"),
        ("schools.students", {"kindergarten": True}, "basic"),
        ("safety_law.hazards", {}, "safety_law"),
        ("safety_law.hazards", {"vocational": True}, "vocational"),
        ("adult.institutions", {"private": True}, "basic"),
        ("adult.institutions", {"private": True, "kindergarten": True}, "adult"),
        ("teacher_training.programmes", {"kindergarten": True}, "preschool"),
        ("office.documents", {}, "office"),
    ],
)
def test_a_new_record_goes_to_the_holder_that_looks_after_its_school_else_to_the_lead(
    charter_jinzhong, capability, traits, holder
):
    assert holder_of(capability, school=SchoolFactory(**traits)).key == holder


def test_without_a_school_the_lead_holds_a_new_record(charter_jinzhong):
    assert holder_of("schools.students").key == "basic"
    assert holder_of("finance.assets").key == "planning_finance"


def test_nobody_holds_what_the_chart_does_not_name_and_the_reason_is_said(charter_jinzhong):
    assert holder_of("office.dreams") is None
    assert "office.dreams" in why_no_holder("office.dreams")


def test_of_several_holders_without_a_lead_none_is_chosen(charter_jinzhong):
    HeldCapability.objects.filter(capability="finance.assets").update(is_lead=False)

    assert holder_of("finance.assets") is None
    assert why_no_holder("finance.assets")
