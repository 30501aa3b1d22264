import pytest

from bureau.access.services import permitted
from bureau.workflow.models import WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted, WrongState
from bureau.workflow.services import available, perform
from schools.models import ChangeRequest, School
from schools.services.register import change_school

pytestmark = pytest.mark.django_db


def ask(cast, school=None, by=None, **values):
    school = school or cast.school
    done = change_school(
        school=school,
        values=values or {"name_zh": "演员实验小学"},
        by=by or cast.principal,
        reason="Decision 12",
    )
    return done.requests[0]


def test_a_request_goes_to_the_district_first_and_then_to_the_section_of_the_stage(cast):
    request = ask(cast)
    assert request.status == "review"
    assert (request.reviewing_unit, request.deciding_unit.key) == (cast.school.managed_by, "basic")
    assert WorkItem.objects.get(kind="schools.changerequest").unit == cast.school.managed_by
    request = perform(request, "give_opinion", by=cast.district_reviewer, data={"opinion": "supports"})
    assert (request.status, request.opinion) == ("open", "supports")
    assert WorkItem.objects.get(kind="schools.changerequest").unit.key == "basic"


def test_an_accepted_request_changes_the_record(cast):
    request = perform(ask(cast), "give_opinion", by=cast.district_reviewer, data={"opinion": "supports"})
    perform(request, "accept", by=cast.basic_officer)
    assert School.objects.get(pk=cast.school.pk).name_zh == "演员实验小学"
    assert not WorkItem.objects.exists()


def test_a_refused_request_leaves_the_record_and_says_why(cast):
    request = perform(ask(cast), "give_opinion", by=cast.district_reviewer, data={"opinion": "objects"})
    request = perform(request, "refuse", by=cast.basic_officer, data={"refusal": "No decision was attached."})
    assert (request.status, request.refusal) == ("refused", "No decision was attached.")
    assert School.objects.get(pk=cast.school.pk).name_zh == "演员小学"


def test_the_section_may_go_on_without_the_district(cast):
    request = perform(ask(cast), "call_in", by=cast.basic_officer, reason="Two weeks have passed")
    assert request.status == "open"


@pytest.mark.parametrize(
    "who", ["principal", "basic_clerk", "preschool_clerk", "district_reviewer", "office_chief", "outsider"]
)
def test_nobody_but_an_officer_of_the_section_decides(cast, who):
    request = perform(ask(cast), "give_opinion", by=cast.district_reviewer, data={"opinion": "supports"})
    with pytest.raises(NotPermitted):
        perform(request, "accept", by=getattr(cast, who))


def test_another_district_gives_no_opinion(cast):
    with pytest.raises(NotPermitted):
        perform(ask(cast), "give_opinion", by=cast.other_district, data={"opinion": "supports"})


def test_a_decision_before_the_opinion_is_refused(cast):
    with pytest.raises(WrongState):
        perform(ask(cast), "accept", by=cast.basic_officer)


def test_the_school_withdraws_its_own_request_and_may_ask_again(cast):
    request = ask(cast)
    with pytest.raises(NotPermitted):
        perform(request, "withdraw", by=cast.other_principal)
    perform(request, "withdraw", by=cast.school_clerk)
    assert ask(cast).status == "review"


def test_one_field_has_one_open_request(cast):
    ask(cast)
    with pytest.raises(Invalid) as refused:
        ask(cast, name_zh="又一名称")
    assert "name_zh" in refused.value.errors


def test_a_code_in_use_is_not_even_asked_for(cast):
    with pytest.raises(Invalid) as refused:
        ask(cast, code=cast.other_school.code)
    assert str(cast.other_school) in refused.value.errors["code"][0]
    assert not ChangeRequest.objects.exists()


def test_a_request_that_was_overtaken_cannot_be_accepted(cast):
    request = perform(ask(cast), "give_opinion", by=cast.district_reviewer, data={"opinion": "supports"})
    change_school(school=cast.school, values={"name_zh": "第三个名称"}, by=cast.basic_clerk)
    request = ChangeRequest.objects.get(pk=request.pk)
    assert "accept" not in {step.name for step in available(request, cast.basic_officer)}
    with pytest.raises(NotPermitted):
        perform(request, "accept", by=cast.basic_officer)


def test_a_school_run_by_the_city_goes_to_the_section_at_once(cast, senior):
    from bureau.charter.choices import Role
    from tests.cast import person

    head = person("senior_head", (senior.unit, Role.PRINCIPAL))
    request = ask(cast, school=senior, by=head, name_zh="演员第一高中")
    assert (request.status, request.reviewing_unit) == ("open", None)


def test_a_stored_type_is_written_as_the_record_it_names(cast):
    from tests.factories.schools import school_type

    request = ask(cast, school_type=school_type("312"))
    request = perform(request, "give_opinion", by=cast.district_reviewer, data={"opinion": "supports"})
    perform(request, "accept", by=cast.basic_officer)
    school = School.objects.get(pk=cast.school.pk)
    assert [row.stage for row in school.stages.all()] == ["primary", "junior"]


def test_a_request_is_seen_by_those_whom_it_concerns(cast):
    request = ask(cast)
    seeing = {
        name
        for name, user in cast.people().items()
        if permitted(user, "view", ChangeRequest).filter(pk=request.pk).exists()
    }
    assert seeing == {
        "principal",
        "school_clerk",
        "district_reviewer",
        "district_leader",
        "basic_clerk",
        "basic_officer",
        "deputy_leader",
        "bureau_leader",
        "auditor",
    }


def test_an_open_request_keeps_a_school_from_being_closed(cast, planner):
    ask(cast)
    with pytest.raises(NotPermitted):
        perform(cast.school, "close", by=planner, reason="No pupils are left")
