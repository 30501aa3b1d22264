from itertools import count as counting
from itertools import islice

from django.utils import timezone

from bureau.charter.choices import Role
from bureau.charter.models import Membership
from schools.models import (
    Campus,
    ChangeRequest,
    Confirmation,
    FieldOwnership,
    School,
    SchoolChange,
    SchoolContact,
    SchoolFacts,
    SchoolLeader,
)
from tests.factories.schools import (
    ChangeRequestFactory,
    SchoolContactFactory,
    SchoolFactory,
    SchoolFactsFactory,
    SchoolLeaderFactory,
)
from tests.site.factories import register

numbers = counting()


@register(School)
def schools(cast, count):
    from bureau.access.remits import apply_remits

    district = cast.school.district
    apply_remits(objects=[SchoolFactory(district=district) for _number in range(count)])
    return cast.basic_clerk


@register(SchoolContact)
def contacts(cast, count):
    SchoolContactFactory.create_batch(count, school=cast.school)
    return cast.basic_clerk


@register(SchoolLeader)
def leaders(cast, count):
    for _number in range(count):
        SchoolLeaderFactory(school=cast.school, name=f"李敏{next(numbers)}")
    return cast.basic_clerk


@register(SchoolFacts)
def figures(cast, count):
    for _number in range(count):
        SchoolFactsFactory(school=cast.school, year=1800 + next(numbers))
    return cast.basic_clerk


@register(Campus)
def campuses(cast, count):
    start = Campus.objects.count()
    Campus.objects.bulk_create(
        Campus(school=cast.school, name_zh=f"校区{n}", address="迎宾街") for n in range(start, start + count)
    )
    return cast.basic_clerk


@register(SchoolChange)
def changes(cast, count):
    SchoolChange.objects.bulk_create(
        SchoolChange(school=cast.school, field="address", old="A", new="B", source="school")
        for _number in range(count)
    )
    return cast.basic_clerk


@register(ChangeRequest)
def requests(cast, count):
    section = cast.basic_clerk.memberships.get().unit
    for number in range(count):
        ChangeRequestFactory(
            school=cast.school,
            field="former_names",
            old="",
            new=f"新名{number}",
            deciding_unit=section,
            requested_by=cast.principal,
            status="accepted",
        )
    return cast.basic_clerk


@register(Confirmation)
def confirmations(cast, count):
    today = timezone.localdate()
    for _number in range(count):
        Confirmation.objects.create(
            school=cast.school, year=1000 + next(numbers), status="asked", asked_on=today, due_on=today
        )
    return cast.principal


@register(FieldOwnership)
def ownerships(cast, count):
    # Officers change the table; the cast has only the section's clerk.
    Membership.objects.filter(user=cast.finance_clerk).update(role=Role.OFFICER)
    taken = set(FieldOwnership.objects.values_list("field", flat=True))
    free = (field.name for field in School._meta.concrete_fields if field.name not in taken)
    for name in islice(free, count):
        FieldOwnership.objects.create(field=name, owner="school")
    return cast.finance_clerk
