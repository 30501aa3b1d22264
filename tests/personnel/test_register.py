"""Entering and changing persons: numbers, documents, field ownership, posts, timeline."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from bureau.audit.models import Event
from bureau.identifiers.encryption import encrypt
from bureau.identifiers.services import rotate_keys
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import history, perform
from personnel import identity
from personnel.choices import EventKind, IdKind, PostEnd, TeacherStatus
from personnel.models import CareerEvent, KeyTeacherLevel, Post, Teacher, Title
from personnel.services.posts import settle_posts
from personnel.services.register import change_teacher, enter_teacher
from tests.factories.teachers import (
    BORN_ON,
    PostFactory,
    QualificationFactory,
    TeacherFactory,
    first_stage,
    hiring_form,
    resident_number,
    subject,
)

pytestmark = pytest.mark.django_db

NUMBER = resident_number(77)


def values(**given):
    return {
        "name": "赵敏",
        "sex": "female",
        "born_on": BORN_ON,
        "id_kind": IdKind.RESIDENT,
        "document": NUMBER,
        "telephone": "139 0000 5678",
    } | given


def post(school, **given):
    return {
        "school_stage": first_stage(school),
        "kind": "teaching",
        "subject": subject(),
        "hiring_form": hiring_form(),
        "since": date(2026, 9, 1),
    } | given


def enter(cast, by=None, **given):
    return enter_teacher(values=values(**given), post=post(cast.school), by=by or cast.principal)


def test_a_school_enters_a_person_with_number_post_and_timeline(cast):
    found = enter(cast)
    found.refresh_from_db()
    assert found.status == TeacherStatus.IN_POST
    assert found.number.startswith(f"T{timezone.localdate().year}")
    assert found.main_post.school == cast.school
    assert found.phone == "13900005678"
    assert {line.kind for line in found.timeline.all()} == {EventKind.ENTERED, EventKind.APPOINTED}
    assert [line.transition for line in history(found)] == ["enter"]


def test_a_school_cannot_enter_a_person_at_another_school_or_nowhere(cast):
    for wanted in (post(cast.other_school), None):
        with pytest.raises(NotPermitted):
            enter_teacher(values=values(), post=wanted, by=cast.principal)
    assert not Teacher.objects.exists()
    assert enter_teacher(values=values(), post=None, by=cast.personnel_clerk).status == "unassigned"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"document": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, "last character"),
        ({"sex": "male"}, "sex in the number"),
        ({"born_on": date(1985, 6, 8)}, "date of birth in the number"),
        ({"document": ""}, "no document yet"),
        ({"id_kind": IdKind.NONE}, "kind of document"),
        ({"id_kind": IdKind.PASSPORT, "document": "12"}, "passport"),
        ({"id_kind": IdKind.HMT_RESIDENCE}, "81, 82 or 83"),
        ({"id_kind": IdKind.HK_MACAO_PERMIT, "document": "X12345678"}, "Macao"),
        ({"id_kind": IdKind.TAIWAN_PERMIT, "document": "1234"}, "Taiwan"),
        ({"telephone": "12"}, "mobile number"),
        ({"born_on": date(2090, 1, 1), "id_kind": "none", "document": ""}, "future"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_without_repeating_it(cast, given, words):
    with pytest.raises(Invalid) as refused:
        enter(cast, **given)
    assert words in str(refused.value)
    assert NUMBER not in str(refused.value)
    assert not Teacher.objects.exists() and not CareerEvent.objects.exists()


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("hk_macao_permit", "H12345678"),
        ("taiwan_permit", "12345678"),
        ("passport", "E12345678"),
        ("none", ""),
    ],
)
def test_documents_of_other_kinds_are_taken(cast, kind, number):
    assert enter(cast, id_kind=kind, document=number).id_number == number


def test_a_number_is_taken_once_per_kind_and_the_refusal_says_what_to_do(cast, teacher):
    with pytest.raises(Invalid, match="Use that record"):
        enter(cast, document=teacher.id_number)
    with pytest.raises(Invalid, match=r"Ask for a transfer"):
        enter_teacher(
            values=values(document=teacher.id_number, name=teacher.name),
            post=post(cast.other_school),
            by=cast.other_principal,
        )
    with pytest.raises(Invalid, match="Another person") as refused:
        enter_teacher(
            values=values(document=teacher.id_number, name="不是她"),
            post=post(cast.other_school),
            by=cast.other_principal,
        )
    assert teacher.name not in str(refused.value) and cast.school.name not in str(refused.value)


def test_the_database_itself_keeps_a_number_once(cast, teacher):
    twin = TeacherFactory(id_kind="none")
    with pytest.raises(IntegrityError), transaction.atomic():
        Teacher.objects.filter(pk=twin.pk).update(id_kind="resident", id_digest=teacher.id_digest)


def test_two_people_without_a_document_live_side_by_side(cast):
    TeacherFactory.create_batch(2, id_kind="none")
    assert Teacher.objects.filter(id_kind="none").count() == 2


# --- at rest --------------------------------------------------------------------------------------


def stored_bytes(teacher):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM personnel_teacher WHERE id = %s", [teacher.pk])
        return " ".join(str(value) for value in cursor.fetchone())


def test_no_number_stands_in_the_table_in_plain_text(teacher):
    row = stored_bytes(teacher)
    for secret in (teacher.id_number, teacher.phone, teacher.id_number[:6] + teacher.id_number[-4:]):
        assert secret and secret not in row
    assert "k1:" in row


def test_the_keys_rotate_and_the_number_is_still_found(teacher, settings):
    number, phone = teacher.id_number, teacher.phone
    settings.FIELD_KEYS = {"k2": "A" * 43 + "=", **settings.FIELD_KEYS}
    from bureau.identifiers.management.commands.rotate_keys import Operator

    rotate_keys(by=Operator())
    assert "k1:" not in stored_bytes(teacher)
    fresh = Teacher.objects.get(id_digest=identity.digest("resident", number))
    assert (fresh.id_number, fresh.phone) == (number, phone)


def test_a_number_copied_into_another_column_does_not_open(teacher):
    stolen = encrypt(teacher.id_number, column="personnel.teacher.phone")
    from bureau.identifiers.encryption import CannotDecrypt, decrypt

    with pytest.raises(CannotDecrypt):
        decrypt(stolen, column="personnel.teacher.id_number")


def test_the_digest_differs_from_kind_to_kind():
    assert identity.digest("passport", "E1234567") != identity.digest("taiwan_permit", "E1234567")


def test_only_the_last_two_characters_are_ever_shown(teacher):
    assert teacher.masked_id == "*" * 16 + teacher.id_number[-2:]
    assert teacher.masked_phone == "139****1234"


# --- who changes what -----------------------------------------------------------------------------


def test_a_school_changes_what_it_keeps_and_personnel_the_rest(cast, teacher):
    changed = change_teacher(teacher=teacher, values={"email": "w@example.org"}, by=cast.principal)
    assert (changed.email, changed.version) == ("w@example.org", 2)
    for foreign in ({"name": "王燕"}, {"identity": ("resident", NUMBER)}, {"born_on": date(1980, 1, 1)}):
        with pytest.raises(NotPermitted, match="personnel section"):
            change_teacher(teacher=teacher, values=foreign, by=cast.principal)
    assert change_teacher(teacher=teacher, values={"name": "王燕"}, by=cast.personnel_clerk).name == "王燕"


def test_a_school_gives_a_document_where_there_is_none(cast):
    nobody = TeacherFactory(school=cast.school, id_kind="none")
    changed = change_teacher(teacher=nobody, values={"identity": ("resident", NUMBER)}, by=cast.principal)
    assert changed.id_number == NUMBER


def test_birth_and_document_must_go_on_fitting(cast, teacher):
    with pytest.raises(Invalid, match="date of birth in the number"):
        change_teacher(teacher=teacher, values={"born_on": date(1985, 6, 10)}, by=cast.personnel_clerk)


def test_history_and_audit_name_fields_and_no_value(cast, teacher):
    change_teacher(
        teacher=teacher,
        values={"identity": ("resident", NUMBER), "phone": "13900007777"},
        by=cast.personnel_clerk,
    )
    line = history(teacher)[0]
    assert set(line.fields) == {"id_number", "id_digest", "phone"}
    written = " ".join(str(row) for row in Event.objects.values_list("fields", "detail", "reason"))
    assert NUMBER not in written and "13900007777" not in written and teacher.phone not in written


def test_another_school_changes_nothing(cast, teacher):
    with pytest.raises(NotPermitted):
        change_teacher(teacher=teacher, values={"email": "x@example.org"}, by=cast.other_principal)


# --- posts ----------------------------------------------------------------------------------------


def appointed(teacher, school, by, **given):
    data = {**post(school), "is_main": True, "until": None} | given
    return perform(teacher, "appoint", by=by, data=data)


def test_one_main_post_and_any_number_of_side_posts(cast, teacher):
    with pytest.raises(Invalid, match="main post in this school already"):
        appointed(teacher, cast.school, cast.principal)
    appointed(teacher, cast.school, cast.principal, is_main=False)
    with pytest.raises(Invalid, match="Ask for a transfer"):
        appointed(teacher, cast.other_school, cast.personnel_clerk)
    assert teacher.posts.count() == 2


def test_the_database_itself_keeps_one_main_post(cast, teacher):
    with pytest.raises(IntegrityError), transaction.atomic():
        PostFactory(teacher=teacher, school_stage=first_stage(cast.other_school))


def test_a_school_appoints_only_at_its_own_stages(cast, teacher):
    with pytest.raises(NotPermitted):
        appointed(teacher, cast.other_school, cast.principal, is_main=False)


def test_a_teaching_post_has_a_subject(cast):
    with pytest.raises(Invalid, match="subject"):
        enter_teacher(values=values(), post=post(cast.school, subject=None), by=cast.principal)


@pytest.mark.parametrize(("end", "status"), [("expired", "unassigned"), ("retired", "left")])
def test_a_post_that_ended_leaves_the_person_without_a_post_or_out_of_service(cast, teacher, end, status):
    yesterday = timezone.localdate() - timedelta(days=1)
    data = {"post": teacher.main_post, "until": yesterday, "ended_by": end}
    done = perform(teacher, "end_post", by=cast.personnel_clerk, data=data)
    assert (done.status, done.main_post) == (status, None)
    kind = EventKind.LEFT if end == "retired" else EventKind.POST_ENDED
    assert teacher.timeline.filter(kind=kind, text=str(PostEnd(end).label)).exists()


def test_a_post_that_ends_later_lapses_in_its_night(cast, teacher):
    today = timezone.localdate()
    data = {"post": teacher.main_post, "until": today, "ended_by": "expired"}
    assert perform(teacher, "end_post", by=cast.principal, data=data).status == "in_post"
    settle_posts(on=today)
    teacher.refresh_from_db()
    assert teacher.status == "in_post"
    Post.objects.filter(teacher=teacher).update(until=today - timedelta(days=1))
    assert settle_posts() == 2  # the main post and the status
    teacher.refresh_from_db()
    assert (teacher.status, teacher.main_post) == ("unassigned", None)
    assert settle_posts() == 0


def test_a_school_ends_no_post_of_another_school(cast, teacher):
    side = PostFactory(teacher=teacher, school_stage=first_stage(cast.other_school), is_main=False)
    data = {"post": side, "until": timezone.localdate(), "ended_by": "expired"}
    with pytest.raises(NotPermitted):
        perform(teacher, "end_post", by=cast.principal, data=data)


# --- titles, certificates, timeline ---------------------------------------------------------------


def test_titles_are_personnels_and_key_teachers_the_training_sections(cast, teacher, trainer):
    data = {"title": Title.objects.get(code="S2"), "title_on": date(2025, 12, 1), "post_grade": 6}
    with pytest.raises(NotPermitted, match="keeps titles"):
        perform(teacher, "award_title", by=cast.principal, data=data)
    assert perform(teacher, "award_title", by=cast.personnel_clerk, data=data).post_grade == 6
    with pytest.raises(Invalid, match="does not open a post"):
        perform(teacher, "award_title", by=cast.personnel_clerk, data=data | {"post_grade": 9})
    level = {"key_level": KeyTeacherLevel.objects.get(code="32"), "on": date(2026, 3, 1)}
    assert perform(teacher, "name_key_teacher", by=trainer, data=level).key_level.code == "32"
    with pytest.raises(NotPermitted):
        perform(teacher, "name_key_teacher", by=cast.principal, data=level)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "3"}, {"issued_on": date(2009, 1, 1)}, {"number": "20081499921000001"}, {"number": "2008"}],
)
def test_a_certificate_must_fit_its_number_and_the_person(teacher, wrong):
    right = {"number": "20081499920000001", "kind": "2", "issued_on": date(2008, 6, 20), "issued_by": "X"}
    with pytest.raises(ValidationError):
        QualificationFactory.build(teacher=teacher, subject=None, **(right | wrong)).full_clean()
    QualificationFactory.build(teacher=teacher, subject=None, **right).full_clean()


def test_the_timeline_is_written_once(cast, teacher):
    perform(teacher, "add_award", by=cast.principal, data={"on": date(2026, 9, 10), "award": "优秀教师"})
    line = teacher.timeline.get(kind="award")
    line.text = "changed"
    for act in (line.save, line.delete, CareerEvent.objects.all().delete):
        with pytest.raises(TypeError, match="timeline"):
            act()
    with pytest.raises(TypeError, match="written once"):
        CareerEvent.objects.update(text="x")
    with pytest.raises(ProtectedError):
        teacher.delete()
    assert teacher.timeline.get(kind="award").text == "优秀教师"


def test_a_step_that_fails_leaves_nothing_behind(cast, teacher):
    before = teacher.timeline.count()
    data = {"number": "20081499920000001", "kind": "3", "issued_on": date(2008, 6, 20), "issued_by": "X"}
    with pytest.raises(Invalid):
        perform(teacher, "add_qualification", by=cast.principal, data={**data, "subject": None})
    assert (teacher.qualifications.count(), teacher.timeline.count()) == (0, before)
    assert len(history(teacher)) == 0


def test_a_change_of_stage_ends_the_post_and_begins_another_in_the_same_school(cast):
    from bureau.access.remits import apply_remits
    from bureau.charter.choices import Role
    from tests.cast import person
    from tests.factories.schools import SchoolFactory

    school = SchoolFactory(nine_year=True)
    apply_remits(objects=[school])
    head = person("head", (school.unit, Role.PRINCIPAL))
    teacher = TeacherFactory(stage=school.stages.get(stage="primary"))
    old = teacher.main_post
    junior = school.stages.get(stage="junior")
    data = {"post": old, "school_stage": junior, "kind": "teaching", "subject": old.subject}
    data |= {"hiring_form": old.hiring_form, "since": old.since}
    with pytest.raises(Invalid, match="begins after"):
        perform(teacher, "change_post", by=head, data=data)
    perform(teacher, "change_post", by=head, data={**data, "since": date(2026, 3, 1)})
    old.refresh_from_db()
    new = Teacher.objects.get(pk=teacher.pk).main_post
    assert (new.stage, new.is_main, old.until, old.ended_by) == ("junior", True, date(2026, 2, 28), "changed")
    assert list(teacher.timeline.values_list("kind", flat=True)[:2]) == ["appointed", "post_ended"]
