"""Pairs of records that look alike."""

from __future__ import annotations

from itertools import count
from typing import Any

import factory

from personnel.models import Teacher, TeacherDuplicate
from schools.models import School, SchoolDuplicate
from tests.factories.schools import SchoolFactory
from tests.factories.teachers import TeacherFactory

numbers = count()


class SchoolDuplicateFactory(factory.django.DjangoModelFactory):
    """An open pair of two fresh records, the first one made first."""

    class Meta:
        model = SchoolDuplicate

    class Params:
        decided = factory.Trait(survivor=factory.SelfAttribute("first"))

    signs = ["core"]
    score = 50
    first = factory.LazyFunction(lambda: SchoolFactory(name_zh=f"榆次区甲{next(numbers)}校"))
    second = factory.LazyFunction(lambda: SchoolFactory(name_zh=f"榆次区乙{next(numbers)}校"))


class TeacherDuplicateFactory(factory.django.DjangoModelFactory):
    """An open pair of two fresh records without a post, the first one made first."""

    class Meta:
        model = TeacherDuplicate

    class Params:
        decided = factory.Trait(survivor=factory.SelfAttribute("first"))

    signs = ["name_birth"]
    score = 60
    first = factory.LazyFunction(TeacherFactory)
    second = factory.LazyFunction(TeacherFactory)


def second_record(school: School, **changed: Any) -> School:
    """A second record of the same school: another code, the same name but for a space."""
    values = {"name_zh": f" {school.name_zh}", "name": "", "address": "", "district": school.district}
    return SchoolFactory(**values | changed)


def second_entry(teacher: Teacher, **changed: Any) -> Teacher:
    """A second record of the same person, without a document."""
    values = {"name": teacher.name, "born_on": teacher.born_on, "sex": teacher.sex, "id_kind": "none"}
    return TeacherFactory(**values | changed)
