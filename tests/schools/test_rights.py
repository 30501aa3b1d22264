import pytest

from bureau.access.services import may, may_add, permitted
from bureau.accounts.principals import PUBLIC
from schools.models import School, SchoolFacts, SchoolLeader
from tests.factories.schools import SchoolFactory, SchoolFactsFactory, SchoolLeaderFactory

pytestmark = pytest.mark.django_db

# Who sees and who changes: the cast's primary school in Yuci, the other one in Pingyao, a kindergarten in Yuci.
SEEN = {
    "office_clerk": "school other kindergarten",
    "office_chief": "school other kindergarten",
    "basic_clerk": "school other",
    "basic_officer": "school other",
    "preschool_clerk": "kindergarten",
    "personnel_clerk": "school other kindergarten",
    "finance_clerk": "school other kindergarten",
    "deputy_leader": "school other kindergarten",
    "bureau_leader": "school other kindergarten",
    "discipline_officer": "school other kindergarten",
    "auditor": "school other kindergarten",
    "system_admin": "",
    "security_admin": "",
    "district_reviewer": "school kindergarten",
    "district_leader": "school kindergarten",
    "other_district": "other",
    "principal": "school",
    "school_clerk": "school",
    "other_principal": "other",
    "outsider": "",
    "inactive": "",
}
CHANGED = {
    "basic_clerk": "school other",
    "basic_officer": "school other",
    "preschool_clerk": "kindergarten",
    "principal": "school",
    "school_clerk": "school",
    "other_principal": "other",
}


def _names(cast, kindergarten, principal, verb):
    named = {cast.school.pk: "school", cast.other_school.pk: "other", kindergarten.pk: "kindergarten"}
    return {named[pk] for pk in permitted(principal, verb, School).values_list("pk", flat=True)}


@pytest.mark.parametrize("who", SEEN)
def test_each_of_the_cast_sees_the_schools_of_the_remit(cast, kindergarten, who):
    assert _names(cast, kindergarten, getattr(cast, who), "view") == set(SEEN[who].split())


@pytest.mark.parametrize("who", SEEN)
def test_each_of_the_cast_changes_the_schools_of_the_remit(cast, kindergarten, who):
    assert _names(cast, kindergarten, getattr(cast, who), "change") == set(CHANGED.get(who, "").split())


def test_the_public_sees_open_schools_only(cast):
    SchoolFactory(proposed=True)
    SchoolFactory(closed=True)
    assert set(permitted(PUBLIC, "view", School)) == {cast.school, cast.other_school}


def test_only_a_section_with_the_remit_begins_a_school(cast, planner):
    assert may_add(planner, School)
    assert not may_add(cast.basic_officer, School)
    assert not may_add(cast.principal, School)


def test_a_school_reads_its_figures_and_its_section_changes_them(cast):
    facts = SchoolFactsFactory(school=cast.school)
    assert may(cast.principal, "view", facts)
    assert not may(cast.principal, "change", facts)
    assert may(cast.basic_clerk, "change", facts)
    assert not permitted(cast.preschool_clerk, "view", SchoolFacts).exists()


def test_a_school_keeps_its_leaders_itself(cast):
    leader = SchoolLeaderFactory(school=cast.school)
    assert may(cast.principal, "change", leader)
    assert not permitted(cast.other_principal, "view", SchoolLeader).exists()


def test_a_district_sees_what_it_manages_and_not_what_merely_stands_in_it(cast, senior):
    assert senior.district.unit == cast.school.managed_by
    assert not may(cast.district_reviewer, "view", senior)
