"""What personnel keeps, a school asks for: requests, who decides them, and the table of ownership."""

from datetime import date

import pytest

from bureau.access.services import may, permitted
from bureau.accounts.models import User
from bureau.notices.models import Notice
from bureau.workflow.models import WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import history, perform
from personnel.changes.models import TeacherChange
from personnel.changes.selectors import after, before, pending
from personnel.changes.services import change_or_ask
from personnel.models import CareerEvent, Teacher, TeacherFieldOwnership
from personnel.models.tables import Title
from tests.cast import in_english, person
from tests.factories.schools import SchoolFactory
from tests.factories.teachers import TeacherFactory, resident_number

pytestmark = pytest.mark.django_db


def ask(cast, teacher, **values):
    return change_or_ask(
        teacher=teacher, values=values or {"name": "王燕"}, by=cast.principal, reason="Household register"
    )[1]


def test_the_schools_own_fields_change_at_once_and_the_rest_becomes_a_request(cast, teacher):
    changed, asked = change_or_ask(
        teacher=teacher, values={"email": "w@example.org", "name": "王燕"}, by=cast.principal, reason="Card"
    )
    assert (changed.email, changed.name) == ("w@example.org", "王小燕")
    request = asked[0]
    assert (request.status, before(request), after(request)) == ("open", "王小燕", "王燕")
    assert request.asking_unit == cast.school.unit and request.deciding_unit == cast.school.managed_by
    item = WorkItem.objects.get(kind="personnel.teacherchange")
    assert item.unit == cast.school.managed_by
    told = set(Notice.objects.filter(kind="personnel.change_asked").values_list("user__username", flat=True))
    assert told == {"district_reviewer", "district_leader"}
    assert [row.new for row in pending(teacher, cast.principal)] == ["王燕"]


@pytest.mark.parametrize("who", ["district_reviewer", "officer"])
def test_the_district_or_personnel_accepts_and_the_record_changes(cast, teacher, officer, who):
    request = ask(cast, teacher)[0]
    perform(request, "accept", by=officer if who == "officer" else cast.district_reviewer)
    assert Teacher.objects.get().name == "王燕"
    assert history(teacher)[0].fields and not WorkItem.objects.exists()
    assert Notice.objects.filter(kind="personnel.change_accepted", user=cast.principal).exists()


def test_a_refusal_says_why_and_leaves_the_record(cast, teacher):
    request = perform(
        ask(cast, teacher)[0], "refuse", by=cast.district_reviewer, data={"refusal": "The card says 小燕."}
    )
    assert (request.status, request.refusal) == ("refused", "The card says 小燕.")
    assert Teacher.objects.get().name == "王小燕"


@pytest.mark.parametrize(
    "who", ["principal", "personnel_clerk", "basic_officer", "other_district", "other_principal", "auditor"]
)
def test_nobody_else_decides(cast, teacher, who):
    with pytest.raises(NotPermitted):
        perform(ask(cast, teacher)[0], "accept", by=getattr(cast, who))


def test_who_sees_a_request(cast, teacher):
    request = ask(cast, teacher)[0]
    seeing = {name for name, user in cast.people().items() if may(user, "view", request)}
    assert seeing == {
        "principal",
        "school_clerk",
        "district_reviewer",
        "district_leader",
        "personnel_clerk",
    }


def test_no_reason_nothing_at_all(cast, teacher):
    with pytest.raises(Invalid, match="Say why"):
        change_or_ask(teacher=teacher, values={"email": "w@example.org", "name": "王燕"}, by=cast.principal)
    assert Teacher.objects.get().email == "" and not TeacherChange.objects.exists()


def test_one_open_request_per_field_and_a_new_one_after_withdrawal(cast, teacher):
    request = ask(cast, teacher)[0]
    with pytest.raises(Invalid, match="Withdraw that request"):
        ask(cast, teacher, name="王艳")
    perform(request, "withdraw", by=cast.school_clerk)
    assert ask(cast, teacher, name="王艳")


def test_a_request_overtaken_by_another_change_cannot_be_accepted(cast, teacher):
    request = ask(cast, teacher)[0]
    Teacher.objects.update(name="王小艳")
    with pytest.raises(NotPermitted, match="changed after the school asked"):
        perform(TeacherChange.objects.get(pk=request.pk), "accept", by=cast.district_reviewer)


def test_fields_that_must_fit_are_asked_for_and_accepted_together(cast, teacher):
    born_on = date(1986, 7, 1)
    number = resident_number(7, born_on=born_on)
    (request,) = ask(cast, teacher, born_on=born_on, identity=("resident", number))
    stored = TeacherChange.objects.filter(pk=request.pk).values("old", "new", "sealed").get()
    text = f"{stored} {before(request)} {after(request)}".replace(stored["sealed"], "")
    assert number not in text and teacher.id_number not in text and number[-2:] in after(request)
    perform(request, "accept", by=cast.district_reviewer)
    changed = Teacher.objects.get()
    assert (changed.born_on, changed.id_number) == (born_on, number)


def test_an_accepted_title_stands_in_the_timeline(cast, teacher):
    title = Title.objects.get(code="S2")
    (request,) = ask(cast, teacher, title=title, title_on=date(2026, 1, 1), post_grade=6)
    perform(request, "accept", by=cast.district_reviewer)
    assert CareerEvent.objects.filter(teacher=teacher, kind="title").exists()
    assert Teacher.objects.get().post_grade == 6


def test_a_row_for_one_stage_goes_before_the_row_for_all(cast, teacher):
    TeacherFieldOwnership.objects.create(field="name", stage="primary", keeper="school")
    assert change_or_ask(teacher=teacher, values={"name": "王燕"}, by=cast.principal)[0].name == "王燕"
    TeacherFieldOwnership.objects.filter(field="name", stage="primary").update(stage="junior")
    assert TeacherFieldOwnership.objects.filter(field="title", stage="").exists()
    assert ask(cast, teacher, name="王艳")


def test_the_register_keeps_who_decides_for_schools_under_the_bureau(cast, officer):
    from bureau.access.remits import apply_remits
    from bureau.charter.choices import Role
    from bureau.charter.models import Unit

    school = SchoolFactory(managed_by=Unit.objects.get(kind="bureau"))
    apply_remits(objects=[school])
    head: User = person("head", (school.unit, Role.PRINCIPAL))
    teacher = TeacherFactory(school=school)
    (request,) = change_or_ask(teacher=teacher, values={"name": "王燕"}, by=head, reason="Card")[1]
    assert request.deciding_unit.key == "personnel"
    perform(request, "accept", by=officer)


def test_the_table_of_ownership_is_kept_by_officers_of_personnel(cast, teacher, officer, signed_in):
    from django.urls import reverse

    assert permitted(cast.personnel_clerk, "view", TeacherFieldOwnership).exists()
    for user in (cast.basic_officer, cast.principal, cast.district_leader):
        assert not permitted(user, "view", TeacherFieldOwnership).exists()
    assert not permitted(cast.personnel_clerk, "change", TeacherFieldOwnership).exists()
    client, add = signed_in(in_english(officer)), reverse("desk:personnel:teacherfieldownership_add")
    page = client.get(add)
    key = page.context["key"]
    sent = {"key": key, "field": "title", "stage": "preschool", "keeper": "school"}
    assert client.post(add, sent).status_code == 302
    again = client.post(add, {**sent, "key": client.get(add).context["key"]})
    assert again.status_code == 422 and "already" in again.content.decode()


def test_the_page_says_what_waits(cast, teacher, signed_in):
    from django.urls import reverse

    client, where = (
        signed_in(cast.principal),
        reverse("school:personnel:teacher_edit", args=[teacher.pk]),
    )
    form = client.get(where).context["form"]
    sent = {"version": form.stamp(), "name": "王燕", "sex": teacher.sex, "born_on": teacher.born_on}
    refused = client.post(where, sent)
    assert refused.status_code == 422 and "reason" in refused.context["form"].errors
    done = client.post(where, {**sent, "reason": "Identity card"}, follow=True).content.decode()
    assert "王燕" in done and Teacher.objects.get().name == "王小燕"
