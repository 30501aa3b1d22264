from itertools import islice, product

from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from personnel.changes.models import TeacherChange
from personnel.choices import EventKind
from personnel.models import CareerEvent, Education, Post, Qualification, Teacher, TeacherFieldOwnership
from personnel.selectors.fields import EDITABLE, PARTS
from personnel.transfers.models import Transfer
from schools.choices import Stage
from tests.factories.schools import SchoolFactory
from tests.factories.teachers import (
    EducationFactory,
    PostFactory,
    QualificationFactory,
    TeacherFactory,
    TransferFactory,
    first_stage,
)
from tests.site.factories import register


@register(Teacher)
def teachers(cast, count):
    TeacherFactory.create_batch(count, school=cast.school)
    return cast.personnel_clerk


@register(Post)
def posts(cast, count):
    stage = first_stage(cast.school)
    for _number in range(count):
        PostFactory(teacher=TeacherFactory(), school_stage=stage)
    return cast.personnel_clerk


@register(Qualification)
def qualifications(cast, count):
    teacher = TeacherFactory(school=cast.school)
    QualificationFactory.create_batch(count, teacher=teacher)
    return cast.personnel_clerk


@register(Education)
def educations(cast, count):
    EducationFactory.create_batch(count, teacher=TeacherFactory(school=cast.school))
    return cast.personnel_clerk


@register(CareerEvent)
def events(cast, count):
    teacher = TeacherFactory(school=cast.school)
    CareerEvent.objects.bulk_create(
        CareerEvent(teacher=teacher, kind=EventKind.AWARD, on="2020-09-10", text="Award", text_zh="奖")
        for _number in range(count)
    )
    return cast.personnel_clerk


@register(Transfer)
def transfers(cast, count):
    """To a school of which nobody in the cast is a member: so that somebody does not see them."""
    section, stage = Unit.objects.get(key="personnel"), first_stage(SchoolFactory())
    for _number in range(count):
        TransferFactory(
            teacher=TeacherFactory(school=cast.school),
            to_stage=stage,
            deciding_unit=section,
        )
    return cast.personnel_clerk


@register(TeacherChange)
def changes(cast, count):
    for number in range(count):
        TeacherChange.objects.create(
            teacher=TeacherFactory(school=cast.school),
            field="name",
            old={"name": "王燕"},
            new={"name": f"王艳{number}"},
            reason="Identity card",
            asking_unit=cast.school.unit,
            deciding_unit=cast.school.managed_by,
            requested_by=cast.principal,
        )
    return cast.principal


@register(TeacherFieldOwnership)
def ownerships(cast, count):
    # Officers change the table; the cast has only the section's clerk.
    Membership.objects.filter(user=cast.personnel_clerk).update(role=Role.OFFICER)
    taken = set(TeacherFieldOwnership.objects.values_list("field", "stage"))
    free = (pair for pair in product((*EDITABLE, *PARTS), Stage.values) if pair not in taken)
    for field, stage in islice(free, count):
        TeacherFieldOwnership.objects.create(field=field, stage=stage, keeper="school")
    return cast.personnel_clerk
