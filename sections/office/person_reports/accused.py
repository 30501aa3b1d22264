"""From whom a report is kept: the person reported, and whoever reports to that person in the same unit."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from bureau.access.standing import Standing, standing
from bureau.accounts.models import User
from bureau.charter.capabilities import SECTION_STAFF
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.identifiers.encryption import Digest, keyed_digest
from sections.office.person_reports.models import ReportedPerson

# Who leads a unit; everybody else in it reports to them.
HEADS = (
    Role.CHIEF,
    Role.BUREAU_LEADER,
    Role.DEPUTY_LEADER,
    Role.DISTRICT_LEADER,
    Role.PRINCIPAL,
)
REMEMBERED = "person_reports.kept_from"


def digest_of(user_id: int) -> Digest:
    return keyed_digest("person_reports.accused", str(user_id))


def people_named(name: str) -> QuerySet[User]:
    """Accounts that bear the name as written in a report. A namesake is kept out as well: the safe side."""
    return User.objects.filter(name__iexact="".join(name.split())) | User.objects.filter(
        name__iexact=" ".join(name.split())
    )


def heads_of(person: Standing) -> set[int]:
    """Whom the person reports to: the heads of each unit of his or hers, unless he or she is one of them."""
    below = {post.unit_id for post in person.posts if post.is_own and post.role not in HEADS}
    if not below:
        return set()
    rows = Membership.objects.in_force().filter(unit__in=below, role__in=HEADS)
    return set(rows.values_list("user_id", flat=True))


def kept_from(person: Standing) -> Q:
    """The reports that this person never gets to see."""
    digests = person.remembered.get(REMEMBERED)
    if digests is None:
        digests = [digest_of(pk) for pk in sorted({person.user.pk, *heads_of(person)})]
        person.remembered[REMEMBERED] = digests
    rows = ReportedPerson.objects.filter(person_digest__in=digests)
    return Q(pk__in=rows.values("report_id"))


def staff_of(unit: Unit) -> list[User]:
    """Who may handle reports in the unit today."""
    rows = Membership.objects.in_force().filter(unit=unit, role__in=list(SECTION_STAFF), user__is_active=True)
    return list({row.user_id: row.user for row in rows.select_related("user")}.values())


def who_may_handle(unit: Unit, accused: Iterable[int]) -> list[User]:
    """The staff of the unit without the persons reported and whoever reports to them."""
    named = set(accused)
    return [
        person
        for person in staff_of(unit)
        if person.pk not in named and not heads_of(standing(person)) & named
    ]
