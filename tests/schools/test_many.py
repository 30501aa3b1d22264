"""Many schools at once stand as each would alone: unit, stages, rights, history, index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.access.remits import drift
from bureau.access.services import may
from bureau.audit.models import Event
from bureau.charter.models import Remit, Unit
from bureau.search.models import SearchEntry
from bureau.workflow.models import HistoryEntry
from bureau.workflow.refusals import NotPermitted
from schools.models import School
from schools.services.many import create_schools
from schools.services.register import create_school
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
