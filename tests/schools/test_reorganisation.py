import pytest

from bureau.access import reorganisation
from bureau.access.services import may
from bureau.accounts.principals import System
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.workflow.models import WorkItem
from bureau.workflow.services import perform
from schools.models import ChangeRequest, School, SchoolGroupGrant
from schools.selectors.remits import deciding_section
from schools.services.register import change_school
from tests.cast import person
from tests.factories.schools import SchoolFactory, school_type

pytestmark = pytest.mark.django_db


def test_each_school_has_the_section_that_keeps_it(cast, kindergarten, senior):
    technical = SchoolFactory(vocational=True)
    found = {deciding_section(school).key for school in (cast.school, kindergarten, senior, technical)}
    assert found == {"basic", "preschool", "vocational"}
    normal = SchoolFactory(school_type=school_type("363"))
    assert deciding_section(normal).key == "vocational"


def test_open_requests_go_to_the_section_that_keeps_the_school_under_the_new_chart(cast):
    asked = change_school(
        school=cast.school, values={"name_zh": "新名"}, by=cast.principal, reason="Decision"
    ).requests[0]
    perform(asked, "give_opinion", by=cast.district_reviewer, data={"opinion": "supports"})
    reorganisation.load(reorganisation.read("compact"), by=System("test"))
    request = ChangeRequest.objects.get(pk=asked.pk)
    assert request.deciding_unit == deciding_section(cast.school)
    assert request.deciding_unit.is_active
    assert WorkItem.objects.get(kind="schools.changerequest").unit == request.deciding_unit
    newcomer = person("newcomer", (request.deciding_unit, Role.CHIEF))
    perform(request, "accept", by=newcomer)
    assert School.objects.get(pk=cast.school.pk).name_zh == "新名"


def test_a_decided_request_keeps_the_section_that_decided_it(cast):
    asked = change_school(
        school=cast.school, values={"name_zh": "新名"}, by=cast.principal, reason="Decision"
    ).requests[0]
    asked = perform(asked, "give_opinion", by=cast.district_reviewer, data={"opinion": "objects"})
    perform(asked, "refuse", by=cast.basic_officer, data={"refusal": "No decision was attached."})
    before = ChangeRequest.objects.get(pk=asked.pk).deciding_unit
    reorganisation.load(reorganisation.read("compact"), by=System("test"))
    assert ChangeRequest.objects.get(pk=asked.pk).deciding_unit == before


def test_rights_are_written_once_and_a_second_time_change_nothing(cast):
    from bureau.access.remits import apply_remits

    before = SchoolGroupGrant.objects.count()
    assert before
    assert not apply_remits()
    assert SchoolGroupGrant.objects.count() == before


def test_a_school_without_any_section_is_told_so(cast):
    from bureau.charter.models import Remit
    from bureau.workflow.refusals import Invalid

    Remit.objects.all().delete()
    with pytest.raises(Invalid):
        change_school(school=cast.school, values={"name_zh": "新名"}, by=cast.principal, reason="Decision")
    assert School.objects.get(pk=cast.school.pk).name_zh == "演员小学"


def test_the_unit_of_a_school_stands_under_its_manager(cast):
    assert cast.school.unit.parent == Unit.objects.get(key="district-140702")
    assert may(cast.district_leader, "review", cast.school)
