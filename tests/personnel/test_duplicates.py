"""One person in the register twice."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.access.services import may, permitted
from bureau.access.shares import grant, shares_of
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.duplicates.choices import PairStatus
from bureau.duplicates.declare import MERGEABLES
from bureau.duplicates.finding import look_at, search
from bureau.duplicates.merging import merge
from bureau.duplicates.models import MatchKey
from bureau.notices.models import Notice
from bureau.workflow.refusals import Conflict, Invalid, NotPermitted
from bureau.workflow.selectors import history
from personnel.choices import EventKind, TeacherStatus
from personnel.models import CareerEvent, Post, Teacher, TeacherDuplicate
from personnel.services.timeline import note
from tests.cast import person
from tests.factories.duplicates import TeacherDuplicateFactory, second_entry
from tests.factories.teachers import (
    EducationFactory,
    PostFactory,
    QualificationFactory,
    TeacherFactory,
    TransferFactory,
    first_stage,
)

TEACHERS = MERGEABLES["personnel.teacher"]
REASON = "Entered by both schools in the same week"
PHONE = "13900001234"


@pytest.fixture
def chief(cast):
    return person("personnel_chief", (Unit.objects.get(key="personnel"), Role.CHIEF))


@pytest.fixture
def teacher(cast):
    return TeacherFactory(name="张敏", school=cast.school)


@pytest.fixture
def double(cast, teacher):
    return second_entry(teacher, school=cast.other_school, phone=PHONE)


@pytest.fixture
def pair(teacher, double):
    return TeacherDuplicate.objects.get(first=teacher, second=double)


def joined(pair, by, keep="first", values=None, **options):
    return merge(pair=pair, keep=keep, values=values or {}, by=by, reason=REASON, **options)


# --- found -------------------------------------------------------------------------------------


def test_the_same_name_and_birth_is_a_possible_duplicate(pair):
    assert (pair.signs, pair.status) == (["name_birth", "sound_birth"], PairStatus.OPEN)


@pytest.mark.parametrize(
    ("changed", "signs"),
    [
        ({"name": "章敏"}, ["sound_birth"]),
        ({"name": "张敏霞", "former_names": "张敏"}, ["name_birth"]),
        ({"born_on": date(1985, 9, 6), "phone": PHONE}, ["name_phone"]),
        ({"name": "李雪", "phone": PHONE}, ["phone_birth"]),
        ({"name": "李雪"}, None),
        ({"born_on": date(1985, 9, 6)}, None),
    ],
)
def test_what_makes_two_records_alike(teacher, changed, signs):
    teacher.set_phone(PHONE)
    teacher.save()
    second_entry(teacher, **changed)
    found = TeacherDuplicate.objects.first()
    assert (found.signs if found else None) == signs


def test_one_number_under_two_documents_is_the_strongest_sign(teacher):
    number = Teacher.objects.get(pk=teacher.pk).id_number
    TeacherFactory(name="别名", id_kind="passport", document=number)
    assert TeacherDuplicate.objects.get().signs == ["number"]


def test_nothing_of_a_person_stands_in_the_keys(pair, teacher):
    keys = " ".join(MatchKey.objects.values_list("key", flat=True))
    for text in (teacher.name, teacher.id_number, teacher.id_digest, PHONE):
        assert text not in keys


def test_records_written_in_bulk_are_found_by_a_look_at_them(cast, teacher):
    rows = Teacher.objects.bulk_create(
        Teacher(number=f"T1999{n:06d}", name="张敏", sex="female", born_on=teacher.born_on, id_kind="none")
        for n in range(2)
    )
    assert look_at(TEACHERS, [row.pk for row in rows]).found == 3
    assert look_at(TEACHERS, [row.pk for row in rows]).found == 0


def test_a_name_that_many_share_is_passed_over(cast):
    for _number in range(10):
        TeacherFactory(name="演员", id_kind="none")
    search(TEACHERS)
    assert TeacherDuplicate.objects.filter(status=PairStatus.OPEN).count() == 0


# --- who ---------------------------------------------------------------------------------------

RIGHTS = {
    "personnel_clerk": {"view"},
    "auditor": {"view"},
    "basic_officer": set(),
    "finance_clerk": set(),
    "district_reviewer": set(),
    "principal": set(),
    "system_admin": set(),
    "security_admin": set(),
    "outsider": set(),
}


@pytest.mark.parametrize(("name", "verbs"), RIGHTS.items())
def test_the_queue_is_open_to_personnel(cast, pair, name, verbs):
    assert {verb for verb in ("view", "merge", "add") if may(getattr(cast, name), verb, pair)} == verbs


def test_the_chief_of_personnel_merges_and_the_clerk_does_not(cast, pair, chief):
    assert may(chief, "merge", pair)
    with pytest.raises(NotPermitted):
        joined(pair, cast.personnel_clerk)


# --- merged ------------------------------------------------------------------------------------


def test_posts_certificates_and_career_go_to_the_survivor(cast, pair, teacher, double, chief):
    QualificationFactory(teacher=double)
    EducationFactory(teacher=double)
    note(double, EventKind.AWARD, on=date(2020, 9, 10), by=chief, texts=("Award", "奖"))
    joined(pair, chief)
    assert (teacher.posts.count(), teacher.qualifications.count(), teacher.educations.count()) == (2, 1, 1)
    assert not Post.objects.filter(teacher=double).exists()
    assert set(teacher.timeline.values_list("kind", flat=True)) == {"award", "merged"}
    assert CareerEvent.objects.get(kind="merged").text == double.number


def test_one_main_post_stays(cast, pair, teacher, double, chief):
    joined(pair, chief)
    kept = Teacher.objects.get(pk=teacher.pk)
    assert [post.school for post in kept.posts.filter(is_main=True)] == [cast.school]
    assert kept.main_post.school == cast.school
    assert Teacher.objects.get(pk=double.pk).main_post is None


def test_a_post_entered_twice_at_one_school_is_held_once(cast, teacher, chief):
    double = second_entry(teacher, school=cast.school)
    joined(TeacherDuplicate.objects.get(), chief)
    tomorrow = timezone.localdate().replace(year=2099)
    assert Post.objects.filter(teacher=teacher).in_force(tomorrow).count() == 1
    assert Post.objects.filter(teacher=teacher).count() == 2
    assert not double.posts.exists()


def test_who_comes_to_a_post_through_the_other_record_is_in_post(cast, chief):
    idle = TeacherFactory(name="赵云")
    second_entry(idle, school=cast.school)
    joined(TeacherDuplicate.objects.get(), chief)
    assert Teacher.objects.get(pk=idle.pk).status == TeacherStatus.IN_POST
    assert permitted(cast.principal, "view", Teacher).filter(pk=idle.pk).exists()


def test_the_document_is_taken_whole(pair, teacher, double, chief):
    joined(pair, chief, keep="second", values={"id_number": "first", "phone": "second"})
    kept = Teacher.objects.get(pk=double.pk)
    assert (kept.id_number, kept.id_digest, kept.phone) == (teacher.id_number, teacher.id_digest, PHONE)
    gone = Teacher.objects.get(pk=teacher.pk)
    assert (gone.status, gone.merged_into) == (TeacherStatus.MERGED, kept)


def test_a_document_that_does_not_fit_the_day_of_birth_is_refused(teacher, chief):
    other = second_entry(teacher, born_on=date(1985, 9, 6))
    pair = TeacherDuplicateFactory(first=teacher, second=other)
    with pytest.raises(Invalid, match="date of birth"):
        joined(pair, chief, keep="second", values={"id_number": "first"})
    assert not Teacher.objects.filter(merged_into__isnull=False).exists()


def test_two_open_transfers_are_decided_first(cast, pair, teacher, double, chief):
    unit = Unit.objects.get(key="personnel")
    third = first_stage(PostFactory().school)
    for one in (teacher, double):
        TransferFactory(teacher=one, to_stage=third, deciding_unit=unit)
    with pytest.raises(Invalid, match="Correct one of them"):
        joined(pair, chief)


def test_shares_and_both_histories_stay(cast, pair, teacher, double, chief):
    friend = person("friend")
    grant(double, to=friend, verb="view", until=date(2099, 1, 1), reason="Helps", by=chief)
    joined(pair, chief)
    kept = Teacher.objects.get(pk=teacher.pk)
    assert [share.user for share in shares_of(kept)] == [friend]
    assert any("(at the merged record)" in line.label for line in history(kept))


def test_the_schools_are_told_without_a_name(cast, pair, chief):
    joined(pair, chief)
    told = Notice.objects.filter(kind="personnel.teachers_merged")
    assert {notice.user for notice in told} == {cast.principal, cast.school_clerk, cast.other_principal}
    assert "张" not in str(list(told.values_list("params", flat=True)))


def test_a_change_in_between_is_a_conflict(pair, teacher, double, chief):
    Teacher.objects.filter(pk=double.pk).update(version=9)
    with pytest.raises(Conflict):
        joined(pair, chief, seen=(teacher.version, double.version))


# --- pages -------------------------------------------------------------------------------------


def test_the_pages_show_at_most_the_end_of_a_number(client, pair, teacher, chief):
    number = Teacher.objects.get(pk=teacher.pk).id_number
    client.force_login(chief)
    for kind in ("detail", "merge", "print"):
        page = client.get(reverse(f"desk:personnel:teacherduplicate_{kind}", args=[pair.pk])).content.decode()
        assert number[-2:] in page
        assert number not in page
        assert number[-4:] not in page
        assert PHONE not in page


def test_the_merge_page_does_what_it_says(client, pair, teacher, double, chief):
    client.force_login(chief)
    address = reverse("desk:personnel:teacherduplicate_merge", args=[pair.pk])
    page = client.get(address)
    form = page.context["form"]
    assert "cannot be undone" in page.content.decode() or "不能撤销" in page.content.decode()
    data = {name: form[name].value() for name in form.fields if name != "reason"}
    data |= {"keep": "first", "use_phone": "second", "seen": pair.version, "key": page.context["key"]}
    data |= {"seen_first": teacher.version, "seen_second": double.version}
    assert client.post(address, data).status_code == 422
    done = client.post(address, data | {"reason": REASON})
    assert done.url == reverse("desk:personnel:teacher_detail", args=[teacher.pk])
    assert Teacher.objects.get(pk=teacher.pk).phone == PHONE
    again = client.post(address, data | {"reason": REASON})
    assert again.status_code in (302, 409)
    assert client.get(reverse("desk:personnel:teacher_detail", args=[double.pk])).url == done.url


def test_who_may_not_merge_has_no_merge_page(client, cast, pair):
    client.force_login(cast.personnel_clerk)
    assert client.get(reverse("desk:personnel:teacherduplicate_merge", args=[pair.pk])).status_code == 403
    client.force_login(cast.finance_clerk)
    assert client.get(reverse("desk:personnel:teacherduplicate_merge", args=[pair.pk])).status_code == 404
