import pytest

from schools.models import School
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db


def test_a_nine_year_school_has_two_stages():
    school = SchoolFactory(nine_year=True)
    assert [row.stage for row in school.stages.all()] == ["primary", "junior"]


def test_a_senior_school_is_managed_by_the_city():
    assert SchoolFactory(senior=True).managed_by.kind == "bureau"


def test_two_proposed_schools_without_a_code_live_side_by_side():
    SchoolFactory(proposed=True)
    SchoolFactory(proposed=True)
    assert School.objects.filter(code__isnull=True).count() == 2


def test_a_school_is_found_by_the_initials_of_its_name():
    assert SchoolFactory(name_zh="晋中市第一中学").initials == "jzsdyzx"
