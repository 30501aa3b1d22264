"""Rights over teachers come from the stages of schools, and from hand-made shares."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bureau.access import shares
from bureau.access.services import may, may_add, permitted
from bureau.access.standing import rights_scope
from bureau.accounts.principals import PUBLIC
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Remit, Unit
from personnel.models import Post, Qualification, Teacher
from personnel.services.posts import refresh_main_posts
from tests.cast import person
from tests.factories.schools import SchoolFactory
from tests.factories.teachers import PostFactory, QualificationFactory, TeacherFactory, first_stage

pytestmark = pytest.mark.django_db

# The cast's school in Yuci, the other one in Pingyao, a kindergarten in Yuci, and somebody without a post.
EVERYBODY = "school other kindergarten nowhere"
SEEN = {
    "office_clerk": "",
    "office_chief": "",
    "basic_clerk": "school other",
    "basic_officer": "school other",
    "preschool_clerk": "kindergarten",
    "personnel_clerk": EVERYBODY,
    "finance_clerk": "",
    "deputy_leader": "school other",
    "bureau_leader": EVERYBODY,
    "discipline_officer": "",
    "auditor": EVERYBODY,
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
    "personnel_clerk": EVERYBODY,
    "principal": "school",
    "school_clerk": "school",
    "other_principal": "other",
}
EXPORTED = {
    **CHANGED,
    "bureau_leader": EVERYBODY,
    "district_leader": "school kindergarten",
}


@pytest.fixture
def four(cast, teacher, other, kindergarten):
    return {
        teacher.pk: "school",
        other.pk: "other",
        TeacherFactory(school=kindergarten).pk: "kindergarten",
        TeacherFactory().pk: "nowhere",
    }


def names(four, principal, verb):
    return {four[pk] for pk in permitted(principal, verb, Teacher).values_list("pk", flat=True)}


@pytest.mark.parametrize(("verb", "expected"), [("view", SEEN), ("change", CHANGED), ("export", EXPORTED)])
def test_each_of_the_cast_has_the_teachers_of_the_remit(cast, four, verb, expected):
    for who, user in cast.people().items():
        assert names(four, user, verb) == set(expected.get(who, "").split()), who


def test_the_public_sees_no_teacher(cast, four):
    assert not permitted(PUBLIC, "view", Teacher).exists()


def test_revealing_needs_an_officer_of_personnel(cast, officer, teacher):
    assert may(officer, "reveal", teacher)
    for user in cast.people().values():
        assert not may(user, "reveal", teacher), user.username


def test_personnel_and_schools_add_teachers_and_nobody_else(cast):
    adding = {name for name, user in cast.people().items() if may_add(user, Teacher)}
    assert adding == {"personnel_clerk", "principal", "school_clerk", "other_principal"}


def test_a_side_post_opens_the_teacher_to_the_second_school(cast, teacher):
    assert not may(cast.other_principal, "view", teacher)
    PostFactory(teacher=teacher, school_stage=first_stage(cast.other_school), is_main=False)
    assert may(cast.other_principal, "view", teacher)
    assert may(cast.principal, "view", teacher)


def test_a_post_that_is_over_gives_no_right_from_midnight_on(cast, teacher):
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(teacher=teacher).update(until=timezone.localdate())
    assert may(cast.principal, "view", teacher)
    Post.objects.filter(teacher=teacher).update(until=yesterday)
    assert not may(cast.principal, "view", teacher)
    assert may(cast.personnel_clerk, "view", teacher)


def test_a_share_opens_one_teacher_until_its_last_day(cast, teacher, other):
    chief = person("personnel_chief", (Unit.objects.get(key="personnel"), Role.CHIEF))
    today = timezone.localdate()
    shares.grant(teacher, to=cast.finance_clerk, verb="view", until=today, reason="Audit", by=chief)
    assert set(permitted(cast.finance_clerk, "view", Teacher)) == {teacher}
    assert not may(cast.finance_clerk, "change", teacher)
    from personnel.models import TeacherUserGrant

    TeacherUserGrant.objects.update(until=today - timedelta(days=1))
    assert not may(cast.finance_clerk, "view", teacher)


def test_what_hangs_on_a_teacher_follows_the_teacher(cast, teacher):
    QualificationFactory(teacher=teacher)
    assert permitted(cast.principal, "change", Qualification).exists()
    assert permitted(cast.district_reviewer, "view", Qualification).exists()
    assert not permitted(cast.district_reviewer, "change", Qualification).exists()
    assert not permitted(cast.other_principal, "view", Qualification).exists()


def test_who_keeps_certificates_is_a_row_of_a_table(cast, teacher):
    from bureau.workflow.services import available
    from personnel.models import TeacherFieldOwnership

    QualificationFactory(teacher=teacher)
    steps = {step.name for step in available(teacher, cast.principal)}
    assert {"add_qualification", "add_education"} <= steps
    TeacherFieldOwnership.objects.filter(field="qualifications").update(keeper="personnel")
    steps = {step.name for step in available(teacher, cast.principal)}
    assert "add_qualification" not in steps and "add_education" in steps
    assert not permitted(cast.principal, "change", Qualification).exists()
    assert permitted(cast.principal, "view", Qualification).exists()
    assert permitted(cast.personnel_clerk, "change", Qualification).exists()


def test_a_school_changes_only_posts_of_its_own(cast, teacher):
    PostFactory(teacher=teacher, school_stage=first_stage(cast.other_school), is_main=False)
    own = permitted(cast.principal, "change", Post)
    assert [post.school for post in own] == [cast.school]
    assert permitted(cast.principal, "view", Post).count() == 2


def test_the_right_ends_with_the_membership(cast, teacher):
    Membership.objects.filter(user=cast.principal).update(until=date(2021, 1, 1))
    assert not may(cast.principal, "view", teacher)


def test_a_whole_remit_asks_without_a_filter_and_a_part_with_one_subquery(cast, teacher):
    whole = str(permitted(cast.personnel_clerk, "view", Teacher).query)
    assert "WHERE" not in whole
    part = str(permitted(cast.basic_clerk, "view", Teacher).query)
    assert part.count("personnel_post") > 0 and part.count(" OR ") == 1  # the last day of a post


def test_rights_cost_two_queries_beyond_who_one_is(cast, teacher):
    with rights_scope():
        permitted(cast.basic_clerk, "view", Teacher)
        with CaptureQueriesContext(connection) as asked:
            for verb in ("view", "change", "export", "view"):
                permitted(cast.basic_clerk, verb, Teacher)
    assert len(asked) == 0


def test_what_no_stage_gives_is_refused_without_asking_for_teachers(cast, teacher, kindergarten):
    TeacherFactory(school=kindergarten)
    with rights_scope():
        assert permitted(cast.preschool_clerk, "view", Teacher).count() == 1
        with CaptureQueriesContext(connection) as asked:
            refused = [
                permitted(cast.preschool_clerk, verb, Teacher).exists() for verb in ("change", "export")
            ]
            refused.append(bool(may_add(cast.preschool_clerk, Teacher)))
    assert refused == [False] * 3
    assert not [one["sql"] for one in asked if "personnel_" in one["sql"] or "grant" in one["sql"]]


def test_a_school_that_gives_up_a_stage_leaves_its_teachers_to_personnel(cast):
    from bureau.access.remits import apply_remits
    from schools.services.rights import settle
    from tests.factories.schools import school_type

    school = SchoolFactory(nine_year=True)
    apply_remits(objects=[school])
    teacher = TeacherFactory(stage=school.stages.get(stage="junior"))
    assert may(cast.basic_clerk, "view", teacher)
    school.school_type = school_type("211")
    school.save()
    settle(school)
    teacher.refresh_from_db()
    assert teacher.main_post.school_stage is None
    assert teacher.main_post.stage == "junior"
    assert not may(cast.basic_clerk, "view", teacher)
    assert may(cast.personnel_clerk, "view", teacher)


def test_the_unfiltered_remit_is_read_from_the_charter(cast, teacher):
    Remit.objects.filter(unit__key="personnel", over="teacher").update(filters={"stages": ["preschool"]})
    from bureau.access.remits import apply_remits

    apply_remits(over="teacher")
    assert not may(cast.personnel_clerk, "view", teacher)


def test_the_main_post_of_lists_follows_the_days(cast, teacher):
    tomorrow = timezone.localdate() + timedelta(days=1)
    Post.objects.filter(teacher=teacher).update(until=timezone.localdate())
    PostFactory(teacher=teacher, school_stage=first_stage(cast.other_school), since=tomorrow)
    teacher.refresh_from_db()
    assert teacher.main_post.school == cast.school
    refresh_main_posts(on=tomorrow)
    teacher.refresh_from_db()
    assert teacher.main_post.school == cast.other_school
