"""Teachers in every state that matters, with invented numbers. The code tables are loaded when first needed."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory

from bureau.identifiers.resident_id import check_digit
from bureau.identifiers.series import draw_many
from personnel.choices import IdKind, PostKind, Sex, TeacherStatus
from personnel.models import Education, HiringForm, Post, Qualification, Subject, Teacher
from personnel.services.posts import refresh_main_posts
from personnel.services.reference import load_reference
from personnel.transfers.models import Transfer
from schools.models import SchoolStage
from tests.factories.schools import SchoolFactory

BORN_ON = date(1985, 6, 9)


def subject(code: str = "01") -> Subject:
    return _code(Subject, code)


def hiring_form(code: str = "10") -> HiringForm:
    return _code(HiringForm, code)


def _code(model: type[Any], code: str) -> Any:
    if not model.objects.filter(code=code).exists():
        load_reference()
    return model.objects.get(code=code)


def resident_number(serial: int, *, born_on: date = BORN_ON, sex: str = Sex.FEMALE) -> str:
    """A right number under a county code that was never given out. Up to 500 for a day and a sex."""
    first = f"140799{born_on:%Y%m%d}{serial % 500 * 2 + (sex == Sex.MALE):03d}"
    return first + check_digit(first)


def first_stage(school: Any) -> SchoolStage:
    return school.stages.select_related("school").order_by("order").first()


class TeacherFactory(factory.django.DjangoModelFactory):
    """A woman with a teaching post at `school`; without a school she has no post.

    `document`: her resident number (drawn where it is left out); `id_kind="none"` for nobody's document.
    """

    class Meta:
        model = Teacher
        skip_postgeneration_save = True

    school = None
    stage = None
    number = factory.LazyFunction(lambda: f"T2020{draw_many('test.teacher', 2020, 1)[0]:06d}")
    name = factory.Sequence(lambda n: f"王老师{n}")
    sex = Sex.FEMALE
    born_on = BORN_ON
    id_kind = IdKind.RESIDENT
    status = TeacherStatus.UNASSIGNED
    version = 1

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Teacher:
        school, stage = kwargs.pop("school", None), kwargs.pop("stage", None)
        document, phone = kwargs.pop("document", None), kwargs.pop("phone", "")
        kind = kwargs.pop("id_kind")
        teacher = model_class(**kwargs, id_kind=IdKind.NONE)
        if kind != IdKind.NONE:
            born_on = teacher.born_on
            serial = draw_many(f"test.id.{born_on}", 2020, 1)[0]
            teacher.set_identity(kind, document or resident_number(serial, born_on=born_on, sex=teacher.sex))
        teacher.set_phone(phone)
        teacher.save()
        if school or stage:
            PostFactory(teacher=teacher, school_stage=stage or first_stage(school))
            Teacher.objects.filter(pk=teacher.pk).update(status=TeacherStatus.IN_POST)
        return Teacher.objects.get(pk=teacher.pk)


class PostFactory(factory.django.DjangoModelFactory):
    """A main teaching post since 2010 that has not ended."""

    class Meta:
        model = Post
        skip_postgeneration_save = True

    teacher = factory.SubFactory(TeacherFactory)
    school_stage = factory.LazyFunction(lambda: first_stage(SchoolFactory()))
    kind = PostKind.TEACHING
    subject = factory.LazyFunction(subject)
    hiring_form = factory.LazyFunction(hiring_form)
    since = date(2010, 9, 1)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Post:
        stage = kwargs.pop("school_stage")
        post = model_class(**kwargs)
        post.place(stage)
        post.save()
        refresh_main_posts([post.teacher_id])
        post.teacher.refresh_from_db(fields=["main_post"])
        return post


class QualificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Qualification

    teacher = factory.SubFactory(TeacherFactory)
    number = factory.Sequence(lambda n: f"20081499920{n:06d}")
    kind = "2"
    subject = factory.LazyFunction(subject)
    issued_on = date(2008, 6, 20)
    issued_by = "演示教育局"


class EducationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Education

    teacher = factory.SubFactory(TeacherFactory)
    level = "undergraduate"
    degree = "bachelor"
    institution = "演示师范大学"
    finished_on = date(2008, 6, 30)


class TransferFactory(factory.django.DjangoModelFactory):
    """A request that waits for the receiving school; give `teacher`, `to_stage` and `deciding_unit`."""

    class Meta:
        model = Transfer

    teacher = factory.LazyFunction(lambda: TeacherFactory(school=SchoolFactory()))
    old_post = factory.LazyAttribute(lambda transfer: transfer.teacher.main_post)
    from_school = factory.LazyAttribute(lambda transfer: transfer.teacher.main_post.school)
    to_stage = factory.LazyFunction(lambda: first_stage(SchoolFactory()))
    to_school = factory.LazyAttribute(lambda transfer: transfer.to_stage.school)
    requested_by_unit = factory.LazyAttribute(lambda transfer: transfer.from_school.unit)
    deciding_unit = factory.LazyAttribute(lambda transfer: transfer.from_school.managed_by)
    on = date(2030, 9, 1)
    grounds = "Closer to home"
    released_on = date(2026, 6, 1)
