"""Schools in every state that matters. The code tables are loaded when first needed."""

from __future__ import annotations

from datetime import date
from hashlib import blake2s
from typing import Any

import factory
from django.contrib.auth.models import Group

from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit
from schools.choices import LeaderPost, SchoolStatus
from schools.models import (
    AreaClass,
    ChangeRequest,
    District,
    Organiser,
    School,
    SchoolContact,
    SchoolFacts,
    SchoolLeader,
    SchoolStage,
    SchoolType,
)
from schools.services.reference import district_unit, load_reference


class UnitFactory(factory.django.DjangoModelFactory):
    """A unit of any kind with its group."""

    class Meta:
        model = Unit
        django_get_or_create = ("key",)

    key = factory.Sequence(lambda n: f"unit-{n}")
    kind = UnitKind.SECTION
    name = factory.LazyAttribute(lambda unit: unit.key.title())
    name_zh = factory.LazyAttribute(lambda unit: f"单位{unit.key}")
    group = factory.LazyAttribute(lambda unit: Group.objects.get_or_create(name=f"unit:{unit.key}")[0])


class DistrictFactory(factory.django.DjangoModelFactory):
    """A district; Yuci unless told otherwise."""

    class Meta:
        model = District
        django_get_or_create = ("code",)

    code = "140702"
    name = "Yuci District"
    name_zh = "榆次区"
    unit = factory.LazyAttribute(
        lambda district: district_unit(district.code, name=district.name, name_zh=district.name_zh)
    )


def school_type(code: str) -> SchoolType:
    return _code(SchoolType, code)


def organiser(code: str) -> Organiser:
    return _code(Organiser, code)


def area_class(code: str) -> AreaClass:
    return _code(AreaClass, code)


def _code(model: type[Any], code: str) -> Any:
    if not model.objects.filter(code=code).exists():
        load_reference()
    return model.objects.get(code=code)


class SchoolFactory(factory.django.DjangoModelFactory):
    """An open public primary school of Yuci, managed by its district. Its stages follow from its type."""

    class Meta:
        model = School
        skip_postgeneration_save = True

    class Params:
        type_code = "211"
        kindergarten = factory.Trait(type_code="111", code=factory.Sequence(lambda n: f"1114{n:06d}"))
        nine_year = factory.Trait(type_code="312", code=factory.Sequence(lambda n: f"3114{n:06d}"))
        senior = factory.Trait(
            type_code="342", code=factory.Sequence(lambda n: f"3414{n:06d}"), city_run=True
        )
        vocational = factory.Trait(
            type_code="365", code=factory.Sequence(lambda n: f"3614{n:06d}"), city_run=True
        )
        city_run = factory.Trait(
            organiser=factory.LazyFunction(lambda: organiser("821")),
            managed_by=factory.LazyFunction(lambda: city_bureau()),
        )
        private = factory.Trait(is_private=True, organiser=factory.LazyFunction(lambda: organiser("999")))
        proposed = factory.Trait(status=SchoolStatus.PROPOSED, code=None)
        suspended = factory.Trait(status=SchoolStatus.SUSPENDED)
        closed = factory.Trait(status=SchoolStatus.CLOSED, closed_on=date(2024, 7, 1))

    code = factory.Sequence(lambda n: f"2114{n:06d}")
    name_zh = factory.Sequence(lambda n: f"榆次区第{n}小学")
    name = factory.Sequence(lambda n: f"Yuci Primary School No. {n}")
    school_type = factory.LazyAttribute(lambda school: school_type(school.type_code))
    organiser = factory.LazyFunction(lambda: organiser("831"))
    area_class = factory.LazyFunction(lambda: area_class("111"))
    district = factory.SubFactory(DistrictFactory)
    managed_by = factory.LazyAttribute(lambda school: school.district.unit)
    address = "晋中市榆次区迎宾街1号"
    status = SchoolStatus.OPEN
    founded_on = date(1985, 9, 1)
    unit = factory.LazyAttribute(
        lambda school: UnitFactory(
            key=f"school-{school.code or blake2s(school.name_zh.encode(), digest_size=6).hexdigest()}",
            kind=UnitKind.SCHOOL,
            name=school.name,
            name_zh=school.name_zh,
            parent=school.managed_by,
        )
    )

    @factory.post_generation
    def stages(self: School, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            for stage in extracted or self.school_type.stages:
                SchoolStage.objects.create(school=self, stage=stage)


def city_bureau() -> Unit:
    """The bureau itself: the one of the charter where one is loaded."""
    found = Unit.objects.filter(kind=UnitKind.BUREAU).first()
    return found or UnitFactory(
        key="bureau", kind=UnitKind.BUREAU, name="Jinzhong Education Bureau", name_zh="晋中市教育局"
    )


class SchoolContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolContact

    school = factory.SubFactory(SchoolFactory)
    kind = "office"
    phone = "0354-3110001"


class SchoolLeaderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolLeader

    school = factory.SubFactory(SchoolFactory)
    name = "李敏"
    post = LeaderPost.PRINCIPAL
    since = date(2021, 8, 15)


class SchoolFactsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolFacts

    school = factory.SubFactory(SchoolFactory)
    year = 2025
    as_of = date(2025, 9, 1)
    source = "synthetic"
    classes = 12


class ChangeRequestFactory(factory.django.DjangoModelFactory):
    """An open request for another name; give `requested_by` and `deciding_unit`."""

    class Meta:
        model = ChangeRequest

    school = factory.SubFactory(SchoolFactory)
    field = "name_zh"
    old = factory.LazyAttribute(lambda request: request.school.name_zh)
    new = factory.LazyAttribute(lambda request: f"{request.school.name_zh}（新名）")
    reason = "Renamed by the district government"
