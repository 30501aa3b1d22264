from datetime import date

import pytest
from django.core.exceptions import ValidationError

from bureau.access.services import may
from bureau.charter.models import Membership
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import perform
from schools.models import ChangeRequest, District, School, SchoolChange
from schools.services.register import change_school, create_school, default_manager
from tests.factories.schools import SchoolFactory, area_class, city_bureau, organiser, school_type

pytestmark = pytest.mark.django_db


def values(**given):
    district = District.objects.get(code="140702")
    return {
        "code": "2114000900",
        "name_zh": "榆次区新城小学",
        "name": "",
        "school_type": school_type("211"),
        "organiser": organiser("831"),
        "area_class": area_class("111"),
        "district": district,
        "managed_by": district.unit,
        **given,
    }


def test_a_new_school_comes_with_unit_stages_and_rights(cast, planner):
    school = create_school(values=values(), by=planner)
    assert school.status == "open"
    assert school.unit.parent == school.managed_by
    assert [row.stage for row in school.stages.all()] == ["primary"]
    assert may(cast.basic_clerk, "change", school)
    assert not may(cast.preschool_clerk, "view", school)


def test_a_proposed_school_needs_no_code_until_it_opens(planner):
    school = create_school(values=values(code=""), by=planner, is_open=False)
    assert (school.code, school.status) == (None, "proposed")
    with pytest.raises(Invalid) as refused:
        perform(school, "open", by=planner)
    assert "code" in refused.value.errors
    opened = perform(school, "open", by=planner, data={"code": "2114 000900"})
    assert (opened.code, opened.status) == ("2114000900", "open")


def test_a_school_in_operation_needs_a_code(planner):
    with pytest.raises(Invalid) as refused:
        create_school(values=values(code=""), by=planner)
    assert "code" in refused.value.errors
    assert not School.objects.filter(name_zh="榆次区新城小学").exists()


@pytest.mark.parametrize("code", ["12345", "9914000900", "2199000900", "21140009AB"])
def test_a_wrong_code_is_refused(planner, code):
    with pytest.raises(Invalid) as refused:
        create_school(values=values(code=code), by=planner)
    assert "code" in refused.value.errors


def test_a_code_in_use_is_refused_with_the_name_of_the_other_school(cast, planner):
    with pytest.raises(Invalid) as refused:
        create_school(values=values(code=cast.school.code), by=planner)
    assert str(cast.school) in refused.value.errors["code"][0]


def test_a_credit_code_with_a_wrong_check_digit_is_refused(cast):
    with pytest.raises(Invalid) as refused:
        change_school(school=cast.school, values={"credit_code": "12140702MB1234567Y"}, by=cast.basic_clerk)
    assert "credit_code" in refused.value.errors


def test_a_founding_day_in_the_future_is_refused(cast):
    with pytest.raises(Invalid) as refused:
        change_school(school=cast.school, values={"founded_on": date(2999, 1, 1)}, by=cast.basic_clerk)
    assert "founded_on" in refused.value.errors


def test_longitude_without_latitude_is_refused(cast):
    cast.school.longitude = 112
    with pytest.raises(ValidationError) as refused:
        cast.school.full_clean()
    assert "latitude" in refused.value.message_dict


def test_a_section_changes_its_fields_at_once_and_the_change_is_remembered(cast):
    done = change_school(school=cast.school, values={"name_zh": "演员第一小学"}, by=cast.basic_clerk)
    assert set(done.changed) == {"name_zh", "former_names"}
    school = School.objects.get(pk=cast.school.pk)
    assert school.former_names == "演员小学"
    assert school.unit.name_zh == "演员第一小学"
    row = SchoolChange.objects.get(school=school, field="name_zh")
    assert (row.old, row.new, row.by_name) == ("演员小学", "演员第一小学", cast.basic_clerk.name)


def test_a_clerk_of_another_stage_changes_nothing(cast):
    with pytest.raises(NotPermitted):
        change_school(school=cast.school, values={"name_zh": "别的小学"}, by=cast.preschool_clerk)
    assert School.objects.get(pk=cast.school.pk).name_zh == "演员小学"


def test_a_school_changes_its_own_fields_at_once_and_asks_for_the_others(cast):
    done = change_school(
        school=cast.school,
        values={"address": "新建街2号", "name_zh": "演员实验小学"},
        by=cast.principal,
        reason="District decision 2026-12",
    )
    assert done.changed == ("address",)
    school = School.objects.get(pk=cast.school.pk)
    assert (school.address, school.name_zh) == ("新建街2号", "演员小学")
    assert [(row.field, row.old, row.new) for row in done.requests] == [
        ("name_zh", "演员小学", "演员实验小学")
    ]


def test_a_request_without_a_reason_leaves_everything_as_it_was(cast):
    with pytest.raises(Invalid) as refused:
        change_school(
            school=cast.school, values={"address": "新建街2号", "name_zh": "新名"}, by=cast.principal
        )
    assert "reason" in refused.value.errors
    assert School.objects.get(pk=cast.school.pk).address == "晋中市榆次区迎宾街1号"
    assert not ChangeRequest.objects.exists()


def test_a_change_of_type_moves_the_rights_in_the_same_transaction(cast, planner):
    perform(cast.school, "adjust", by=planner, data={"school_type": school_type("111")}, reason="Approval 7")
    school = School.objects.get(pk=cast.school.pk)
    assert [row.stage for row in school.stages.all()] == ["preschool"]
    assert may(cast.preschool_clerk, "change", school)
    assert not may(cast.basic_clerk, "view", school)


def test_a_change_that_leads_out_of_ones_own_remit_is_refused_whole(cast):
    with pytest.raises(NotPermitted):
        change_school(school=cast.school, values={"school_type": school_type("111")}, by=cast.basic_clerk)
    school = School.objects.get(pk=cast.school.pk)
    assert school.school_type.code == "211"
    assert [row.stage for row in school.stages.all()] == ["primary"]
    assert may(cast.basic_clerk, "change", school)


def test_a_primary_school_that_becomes_nine_year_keeps_its_section(cast):
    change_school(school=cast.school, values={"school_type": school_type("312")}, by=cast.basic_clerk)
    assert [row.stage for row in cast.school.stages.all()] == ["primary", "junior"]


def test_another_manager_takes_over_the_right_to_view(cast, senior):
    change_school(school=cast.school, values={"managed_by": city_bureau()}, by=cast.basic_clerk)
    assert not may(cast.district_reviewer, "view", cast.school)


def test_closing_ends_the_unit_and_so_the_access_of_its_people(cast, planner):
    closed = perform(cast.school, "close", by=planner, reason="No pupils are left")
    assert closed.closed_on is not None
    assert not Membership.objects.in_force().filter(user=cast.principal).exists()
    assert not may(cast.principal, "view", closed)
    assert may(cast.basic_clerk, "view", closed)


def test_merging_names_the_successor(cast, chief_planner):
    merged = perform(
        cast.school, "merge", by=chief_planner, data={"successor": cast.other_school}, reason="Decision 3"
    )
    assert merged.status == "merged"
    assert merged.successions.get().successor == cast.other_school


def test_a_school_is_not_merged_into_itself(cast, chief_planner):
    with pytest.raises(Invalid):
        perform(cast.school, "merge", by=chief_planner, data={"successor": cast.school}, reason="Decision 3")


@pytest.mark.parametrize(
    ("organiser_code", "type_code", "manager"),
    [("831", "211", "district"), ("821", "342", "city"), ("999", "342", "city"), ("999", "111", "district")],
)
def test_the_manager_follows_from_the_organiser(cast, organiser_code, type_code, manager):
    found = default_manager(
        organiser=organiser(organiser_code),
        school_type=school_type(type_code),
        district=cast.school.district,
    )
    assert found == (city_bureau() if manager == "city" else cast.school.district.unit)


def test_the_same_name_may_stand_twice_but_not_the_same_credit_code(cast):
    SchoolFactory(name_zh=cast.school.name_zh, credit_code="12140702MB1234567X")
    with pytest.raises(Invalid) as refused:
        change_school(school=cast.school, values={"credit_code": "12140702MB1234567X"}, by=cast.basic_clerk)
    assert "credit_code" in refused.value.errors
