"""Many schools at once stand as each would alone: unit, stages, rights, history, index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.access.remits import drift
from bureau.access.services import may
from bureau.audit.models import Event
from bureau.charter.models import Remit, Unit
from bureau.duplicates.models import MatchKey
from bureau.search.models import SearchEntry
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import NotPermitted
from schools.models import ChangeRequest, District, School, SchoolChange
from schools.services.many import Edit, change_schools, create_schools
from schools.services.register import change_school, create_school
from tests.factories.schools import SchoolFactory, organiser, school_type
from tests.schools.test_register import values

pytestmark = pytest.mark.django_db


def new(number, **given):
    return School(**values(code=f"21140009{number:02d}", name_zh=f"新城第{number}小学", **given))


def line_of(school):
    lines = HistoryEntry.objects.filter(kind="schools.school", object_id=school.pk)
    return list(lines.values_list("transition", "target", "version", "actor_name", "unit_name"))


def standing_of(school):
    """What hangs on a school, but for its own name and code."""
    school.refresh_from_db()
    grants = school.schoolgroupgrant_set.exclude(group=school.unit.group)
    return {
        "status": (school.status, school.version, school.initials[:2]),
        "unit": (school.unit.kind, school.unit.parent_id, school.unit.name_zh == school.name_zh),
        "stages": list(school.stages.values_list("stage", "order")),
        "rights": sorted(grants.values_list("group_id", "permission_id")),
        "own": school.schoolgroupgrant_set.filter(group=school.unit.group).count(),
        "history": line_of(school),
        "found": SearchEntry.objects.filter(kind="schools.school", object_id=school.pk).count(),
    }


def test_schools_of_a_file_stand_as_one_that_was_entered_alone(cast, planner):
    alone = create_school(values=values(code="2114000901", name_zh="新城第1小学"), by=planner)
    schools = [new(2), new(3)]
    assert create_schools(schools, by=planner) == []
    assert standing_of(schools[0]) == standing_of(schools[1]) == standing_of(alone)
    assert may(cast.basic_clerk, "change", schools[0])
    assert not drift()
    [event] = Event.objects.filter(action="schools.school.enter", detail__count=2)
    assert event.detail["records"] == [school.pk for school in schools]


def test_a_school_without_a_code_is_proposed(planner):
    school = School(**values(code=""))
    assert create_schools([school, new(1)], by=planner) == []
    school.refresh_from_db()
    assert (school.status, school.code, line_of(school)[0][0]) == ("proposed", None, "propose")


def test_two_schools_with_one_code_are_named_and_nothing_is_written(cast, planner):
    code = "12140702MB1234567X"
    from bureau.identifiers import credit_code

    code = code[:-1] + credit_code.check_digit(code[:-1])
    before = (School.objects.count(), Unit.objects.count())
    faults = create_schools(
        [new(1, credit_code=code), new(2, credit_code=code), School(**values(code=cast.school.code))],
        by=planner,
    )
    assert [(place, name) for place, name, _sentence in faults] == [(2, "code"), (1, "credit_code")]
    assert (School.objects.count(), Unit.objects.count()) == before


def test_who_has_no_remit_adds_none(cast):
    with pytest.raises(NotPermitted):
        create_schools([new(1)], by=cast.preschool_clerk)
    assert not School.objects.filter(code="2114000901").exists()


def test_a_school_outside_the_remit_is_named(planner):
    Remit.objects.filter(over="school", verbs__icontains="add").update(filters={"stages": ["preschool"]})
    [(place, _name, sentence)] = create_schools([new(1)], by=planner)
    assert (place, "may not begin" in sentence) == (0, True)


def test_thirty_schools_cost_the_queries_of_two(planner):
    def queries(first, count):
        schools = [new(number) for number in range(first, first + count)]
        with CaptureQueriesContext(connection) as found:
            assert create_schools(schools, by=planner) == []
        # Of a long insert the database takes so many rows at once.
        return sum(not one["sql"].startswith(("INSERT", "SAVEPOINT", "RELEASE")) for one in found)

    queries(1, 2)
    assert queries(10, 30) <= queries(5, 2)


# --- changed ones -----------------------------------------------------------------------------


def entered(planner, count):
    """Schools that differ in nothing but their codes."""
    schools = [School(**values(code=f"21140009{number:02d}")) for number in range(1, count + 1)]
    assert create_schools(schools, by=planner) == []
    return [School.objects.get(pk=school.pk) for school in schools]


def left_by(school):
    """Everything that a change leaves behind, but for keys and moments."""
    changes = SchoolChange.objects.filter(school=school).order_by("field")
    lines = HistoryEntry.objects.filter(kind="schools.school", object_id=school.pk).order_by("pk")
    return {
        **standing_of(school),
        "fields": [getattr(school, name) for name in ("township", "former_names", "as_of", "version")],
        "unit": (school.unit.name, school.unit.parent_id),
        "changes": list(changes.values_list("field", "old", "new", "source", "reason", "by_name")),
        "lines": [(one.transition, one.source, one.target, one.fields, one.unit_name) for one in lines],
        "found": SearchEntry.objects.get(kind="schools.school", object_id=school.pk).text.replace(
            school.code, ""
        ),
        "signs": MatchKey.objects.filter(kind="schools.school", object_id=school.pk).count(),
    }


EDITS = {
    "in words": {"township": "郭家堡乡", "address": "新址一号"},
    "in name": {"name_zh": "改名小学", "name": "Renamed School"},
    "in rights": {"school_type": "218", "is_private": True},
    "in nothing": {"township": ""},
}


@pytest.mark.parametrize("kind", EDITS)
def test_changed_schools_stand_as_one_that_was_changed_alone(cast, planner, kind):
    given = dict(EDITS[kind])
    if "school_type" in given:
        given["school_type"] = school_type(given["school_type"])
    given |= {"organiser": organiser("831")}
    alone, *schools = entered(planner, 3)
    change_school(school=alone, values=given, by=planner, reason="Per notice")
    assert change_schools([Edit(one, given, "Per notice") for one in schools], by=planner) == []
    for school in schools:
        assert left_by(school) == left_by(alone)
    assert not drift()


def test_a_list_of_changes_is_one_event_that_names_each(planner):
    schools = entered(planner, 2)
    change_schools([Edit(one, {"township": "郭家堡乡"}) for one in schools], by=planner)
    [event] = Event.objects.filter(action="schools.school.changed", actor_id=planner.pk)
    assert event.detail == {"records": [one.pk for one in schools], "count": 2}
    assert "township" in event.fields


def test_a_school_that_is_not_open_to_the_person_is_named_and_stays(cast, planner):
    [school] = entered(planner, 1)
    [(place, _name, sentence)] = change_schools([Edit(school, {"township": "郭"})], by=cast.preschool_clerk)
    assert (place, sentence) == (0, "This record is not open to you.")
    school.refresh_from_db()
    assert school.township == "" and not SchoolChange.objects.filter(school=school).exists()


def test_a_code_of_another_school_is_named_for_a_change_too(cast, planner):
    schools = entered(planner, 2)
    given = [{"code": cast.school.code}, {"longitude": 112.5, "latitude": None}]
    edits = [Edit(school, values) for school, values in zip(schools, given, strict=True)]
    faults = change_schools(edits, by=planner)
    assert {(place, name) for place, name, _sentence in faults} == {(0, "code"), (1, "latitude")}
    assert not SchoolChange.objects.exists()


def test_a_school_that_is_changed_out_of_the_remit_is_named(planner):
    [school] = entered(planner, 1)
    Remit.objects.filter(over="school", unit__key="planning_finance").update(filters={"private": False})
    faults = change_schools([Edit(school, {"is_private": True})], by=planner)
    assert [place for place, _name, _sentence in faults] == [0]


def test_what_a_district_changes_becomes_requests(cast):
    district = District.objects.get(unit=cast.district_reviewer.memberships.get().unit)
    schools = [SchoolFactory(district=district, managed_by=district.unit) for _ in range(2)]
    edits = [Edit(school, {"township": "郭家堡乡"}, "Moved") for school in schools]
    assert change_schools(edits, by=cast.district_reviewer) == []
    assert set(ChangeRequest.objects.values_list("school", "reason")) == {
        (one.pk, "Moved") for one in schools
    }
    assert not SchoolChange.objects.exists()


@pytest.mark.parametrize(("name", "each"), [("is_private", 0), ("township", 2)])
def test_two_hundred_changed_schools_cost_hardly_more_than_fifty(planner, name, each):
    """Of a school whose words have changed, its teachers and its allocations are looked up one by one."""
    schools = [
        School(**values(code=f"2114001{number:03d}", name_zh=f"长名单第{number}小学"))
        for number in range(250)
    ]
    assert create_schools(schools, by=planner) == []
    other = District.objects.exclude(code="140702").first()
    given = {name: "郭家堡乡" if name == "township" else True, "managed_by": other.unit}

    def queries(part):
        with CaptureQueriesContext(connection) as found:
            assert change_schools([Edit(one, given) for one in part], by=planner) == []
        return len(found)

    few, many = queries(schools[:50]), queries(schools[50:])
    assert many - few <= 150 * each + 20
