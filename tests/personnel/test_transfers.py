"""A teacher moves: both schools agree, personnel decides, the post follows on its day."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bureau.access.services import may, permitted
from bureau.notices.models import Notice
from bureau.workflow.items import disagreements
from bureau.workflow.models import WorkItem
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import available, perform
from personnel.choices import EventKind, PostEnd
from personnel.models import Post
from personnel.services.posts import settle_posts
from personnel.transfers.models import Transfer
from personnel.transfers.services import request_transfer
from tests.factories.teachers import TeacherFactory, first_stage

pytestmark = pytest.mark.django_db


def asked(cast, teacher, by, **given):
    values = {
        "kind": "transfer",
        "subject": None,
        "on": date(2030, 9, 1),
        "grounds": "Nearer to home",
    } | given
    return request_transfer(teacher=teacher, to_stage=first_stage(cast.other_school), values=values, by=by)


def waiting(transfer):
    rows = WorkItem.objects.filter(kind="personnel.transfer", object_id=transfer.pk)
    return {row.unit.key for row in rows}


def steps(transfer, by):
    return {step.name for step in available(transfer, by)}


def test_the_whole_way_from_the_present_school_to_the_new_post(cast, officer, teacher):
    transfer = asked(cast, teacher, cast.principal)
    assert transfer.status == "requested"
    assert waiting(transfer) == {cast.other_school.unit.key}
    assert steps(transfer, cast.principal) == {"withdraw"}
    assert steps(transfer, cast.other_principal) == {"agree", "decline"}
    assert steps(transfer, officer) == {"refuse"}

    transfer = perform(transfer, "agree", by=cast.other_principal)
    assert transfer.status == "agreed" and waiting(transfer) == {"personnel"}
    assert Notice.objects.filter(kind="personnel.transfer_agreed", user=officer).exists()

    transfer = perform(transfer, "approve", by=officer, data={"on": date(2030, 9, 1)})
    assert transfer.status == "approved" and waiting(transfer) == set()
    old, new = teacher.posts.order_by("since")
    assert (old.until, old.ended_by) == (date(2030, 8, 31), PostEnd.TRANSFERRED)
    assert (new.since, new.school, new.subject, new.is_main) == (
        date(2030, 9, 1),
        cast.other_school,
        old.subject,
        True,
    )
    told = Notice.objects.filter(kind="personnel.transfer_approved").values_list("user__username", flat=True)
    assert {"principal", "other_principal"} <= set(told)
    line = teacher.timeline.get(kind=EventKind.TRANSFERRED)
    assert line.school == cast.other_school and "→" in line.text_zh
    assert not list(disagreements())


def test_both_schools_see_the_teacher_until_the_day_and_then_the_new_one_alone(cast, officer, teacher):
    today = timezone.localdate()
    transfer = perform(asked(cast, teacher, cast.principal), "agree", by=cast.other_principal)
    perform(transfer, "approve", by=officer, data={"on": today + timedelta(days=1)})
    assert may(cast.principal, "view", teacher) and may(cast.other_principal, "view", teacher)
    teacher.refresh_from_db()
    assert teacher.main_post.school == cast.school
    Post.objects.filter(school=cast.school).update(until=today - timedelta(days=1))
    Post.objects.filter(school=cast.other_school).update(since=today)
    settle_posts()
    teacher.refresh_from_db()
    assert teacher.main_post.school == cast.other_school and teacher.status == "in_post"
    assert not may(cast.principal, "view", teacher) and may(cast.other_principal, "change", teacher)


def test_the_receiving_school_may_ask_and_the_present_one_answers(cast, teacher):
    transfer = asked(cast, teacher, cast.other_principal)
    assert waiting(transfer) == {cast.school.unit.key}
    assert perform(transfer, "agree", by=cast.principal).status == "agreed"


def test_what_personnel_asks_needs_both_schools(cast, teacher):
    transfer = asked(cast, teacher, cast.personnel_clerk)
    assert waiting(transfer) == {cast.school.unit.key, cast.other_school.unit.key}
    transfer = perform(transfer, "agree", by=cast.principal)
    assert transfer.status == "requested"
    assert perform(transfer, "agree", by=cast.other_principal).status == "agreed"


def test_a_school_says_no_with_a_reason(cast, teacher):
    transfer = perform(
        asked(cast, teacher, cast.principal),
        "decline",
        by=cast.other_principal,
        data={"refusal": "No vacancy"},
    )
    assert (transfer.status, transfer.refusal) == ("refused", "No vacancy")
    assert Notice.objects.filter(kind="personnel.transfer_refused", user=cast.principal).exists()
    asked(cast, teacher, cast.principal)  # and may be asked again


@pytest.mark.parametrize(
    "who", ["school_clerk", "district_reviewer", "basic_officer", "auditor", "office_chief"]
)
def test_only_the_heads_of_both_schools_agree(cast, teacher, who):
    transfer = asked(cast, teacher, cast.other_principal)
    with pytest.raises(NotPermitted):
        perform(transfer, "agree", by=getattr(cast, who))


def test_a_clerk_of_personnel_does_not_decide(cast, teacher):
    transfer = perform(asked(cast, teacher, cast.principal), "agree", by=cast.other_principal)
    with pytest.raises(NotPermitted):
        perform(transfer, "approve", by=cast.personnel_clerk, data={"on": date(2030, 9, 1)})


def test_only_who_asked_withdraws(cast, teacher):
    transfer = asked(cast, teacher, cast.principal)
    with pytest.raises(NotPermitted):
        perform(transfer, "withdraw", by=cast.other_principal)
    assert perform(transfer, "withdraw", by=cast.school_clerk).status == "withdrawn"


def test_each_side_sees_the_request_and_nobody_else(cast, officer, teacher):
    asked(cast, teacher, cast.principal)
    seeing = {name for name, user in cast.people().items() if permitted(user, "view", Transfer).exists()}
    assert seeing == {
        "personnel_clerk",
        "bureau_leader",
        "auditor",
        "principal",
        "school_clerk",
        "other_principal",
        "district_reviewer",
        "district_leader",
        "other_district",
    }


def test_what_cannot_be_asked_for(cast, teacher):
    with pytest.raises(Invalid, match="no main post"):
        asked(cast, TeacherFactory(), cast.personnel_clerk)
    with pytest.raises(Invalid, match="at this school already"):
        values = {"on": date(2030, 9, 1), "grounds": "x"}
        request_transfer(teacher=teacher, to_stage=first_stage(cast.school), values=values, by=cast.principal)
    with pytest.raises(Invalid, match="before the present post began"):
        asked(cast, teacher, cast.principal, on=date(2001, 1, 1))
    asked(cast, teacher, cast.principal)
    with pytest.raises(Invalid, match="under way already"):
        asked(cast, teacher, cast.other_principal)


def test_a_school_asks_only_for_its_own_side(cast, kindergarten, teacher):
    with pytest.raises(NotPermitted):
        values = {"on": date(2030, 9, 1), "grounds": "x"}
        request_transfer(
            teacher=teacher, to_stage=first_stage(kindergarten), values=values, by=cast.other_principal
        )
    assert not Transfer.objects.exists()


def test_a_transfer_is_not_approved_when_the_post_changed_meanwhile(cast, officer, teacher):
    transfer = perform(asked(cast, teacher, cast.principal), "agree", by=cast.other_principal)
    data = {
        "post": teacher.main_post,
        "until": timezone.localdate() - timedelta(days=1),
        "ended_by": "resigned",
    }
    perform(teacher, "end_post", by=cast.principal, data=data)
    with pytest.raises(NotPermitted, match="has changed since"):
        perform(transfer, "approve", by=officer, data={"on": date(2030, 9, 1)})
    assert teacher.posts.count() == 1
