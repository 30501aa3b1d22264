"""The cast stands where it should."""

import pytest

from bureau.access.services import may_on_the_ground, permitted
from schools.models import School
from tests.cast import person


@pytest.fixture
def somebody(db):
    return person("somebody")


def test_everybody_sees_the_schools_that_their_post_gives(cast):
    seen = {name: set(permitted(user, "view", School)) for name, user in cast.people().items()}
    both, first, second = {cast.school, cast.other_school}, {cast.school}, {cast.other_school}

    assert seen["office_clerk"] == seen["basic_clerk"] == seen["bureau_leader"] == seen["auditor"] == both
    assert seen["preschool_clerk"] == set()
    assert seen["district_reviewer"] == seen["principal"] == seen["school_clerk"] == first
    assert seen["other_district"] == seen["other_principal"] == second
    assert seen["outsider"] == seen["inactive"] == seen["system_admin"] == seen["security_admin"] == set()


def test_the_desk_is_open_to_the_bureau_and_the_districts_only(cast):
    inside = {name for name, user in cast.people().items() if may_on_the_ground(user, "desk.open")}

    assert inside.isdisjoint({"principal", "school_clerk", "other_principal", "outsider", "inactive"})
    assert {"office_clerk", "auditor", "system_admin", "district_leader"} <= inside


def test_the_cast_may_be_called_again_and_is_the_same(cast):
    assert cast.principal.username == "principal"
    assert cast.school.unit.memberships.count() == 2


def test_the_cast_comes_beside_people_who_are_there_already(somebody, cast):
    assert somebody.username == "somebody"
    assert permitted(cast.principal, "view", School).get() == cast.school
