"""Who is kept away from a letter: the accused, and whoever reports to them. No right overrides it.

The table of who reports to whom stands in docs/permissions.md; `superiors` reads it from the person's side,
`kept_out_units` from the letter's. Only memberships in force now count.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from bureau.access.policies import NOTHING, UnitOwned
from bureau.access.services import is_kept_from
from bureau.access.standing import Standing
from bureau.accounts.models import User
from bureau.charter.capabilities import CAPABILITIES
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import HeldCapability, Membership, Unit
from bureau.workflow.refusals import Invalid
from sections.office.letters.models import Accused, Letter

CAPABILITY = "office.letters"
# Whose unit takes letters that their own holder must not see; no leader of the bureau commands it.
REFUGE = "office.person_reports"
# To these everybody reports who has a post in the same unit.
HEADS = (Role.CHIEF, Role.PRINCIPAL, Role.DISTRICT_LEADER)
_UNDER_LEADERS = (UnitKind.SECTION, UnitKind.BUREAU)


# -- from the person's side: which letters are kept from me ------------------------------------------------


def kept_from(standing: Standing) -> Q:
    """Letters that this person never sees, whatever else allows them."""
    own = standing.own_unit_ids()
    about_mine = Accused.objects.filter(_of_units(own, standing) | Q(user=standing.user.pk))
    found = Q(pk__in=about_mine.values("letter_id"))
    schools = {post.unit_id for post in standing.posts if post.is_own and post.unit_kind == UnitKind.SCHOOL}
    if schools:
        found |= Q(school__unit__in=schools)
    above = superiors(standing)
    if above:
        by_above = Q(pk__in=Accused.objects.filter(user__in=above).values("letter_id"))
        if standing.has_role(Role.AUDITOR):
            # Where even the discipline unit is concerned, somebody must be able to carry the letter outside.
            by_above &= ~Q(pk__in=_without_refuge(standing).values("letter_id"))
        found |= by_above
    return found


def _of_units(own: set[int], standing: Standing) -> Q:
    """Rows about a unit of mine, about what became my unit, about the school of a teacher who is accused."""
    found = (
        Q(school__unit__in=own)
        | Q(unit__in=own)
        | Q(unit__successor__in=own)
        | Q(teacher__main_post__school__unit__in=own)
    )
    if any(post.is_own and post.unit_kind == UnitKind.SCHOOL for post in standing.posts):
        found |= Q(unit__kind=UnitKind.DISTRICT, unit__children__in=own)
    charge = {post.unit_id for post in standing.posts if not post.is_own and post.role is Role.DEPUTY_LEADER}
    return found | Q(unit__in=charge) if charge else found


def superiors(standing: Standing) -> set[int]:
    """Keys of the people to whom this person reports now; asked once in a request."""
    found: set[int] | None = standing.remembered.get("letters.superiors")
    if found is None:
        found = standing.remembered["letters.superiors"] = _superiors(standing)
    return found


def _superiors(standing: Standing) -> set[int]:
    own = [post for post in standing.posts if post.is_own]
    if not own:
        return set()
    units = {post.unit_id for post in own}
    schools = {post.unit_id for post in own if post.unit_kind == UnitKind.SCHOOL}
    led = {post.unit_id for post in own if post.unit_kind in _UNDER_LEADERS}
    led -= set(standing.holders.get(REFUGE, {}))
    above = Q(role__in=HEADS, unit__in=units)
    if schools:
        above |= Q(role__in=(Role.DISTRICT_LEADER, Role.BUREAU_LEADER), unit__children__in=schools)
    if led:
        above |= Q(role=Role.DEPUTY_LEADER, in_charge_of__in=led) | Q(role=Role.BUREAU_LEADER)
    rows = Membership.objects.in_force().filter(above).exclude(user=standing.user.pk)
    return set(rows.values_list("user_id", flat=True).order_by())


def _without_refuge(standing: Standing) -> QuerySet[Accused]:
    """Rows of letters that the discipline unit cannot take: it is accused itself, or nobody works there."""
    refuges = list(standing.holders.get(REFUGE, {}))
    staff = Membership.objects.in_force().filter(unit__in=refuges)
    if not staff.exists():
        return Accused.objects.all()
    heads = staff.filter(role__in=HEADS)
    return Accused.objects.filter(Q(unit__in=refuges) | Q(user__in=heads.values("user_id")))


# -- letters that their own holder must not see -------------------------------------------------------------


def homeless() -> QuerySet[Accused]:
    """Rows that concern the very unit that keeps the letter, or somebody to whom it reports."""
    owner = OuterRef("letter__owner")
    posts = Membership.objects.in_force().filter(user=OuterRef("user"))
    head = Exists(posts.filter(role__in=HEADS, unit=owner))
    above = Exists(posts.filter(Q(role=Role.DEPUTY_LEADER, in_charge_of=owner) | Q(role=Role.BUREAU_LEADER)))
    # No leader of the bureau commands the unit that takes such letters.
    refuges = HeldCapability.objects.filter(capability=REFUGE).values("unit_id")
    itself = Q(unit=F("letter__owner")) | Q(unit__successor=F("letter__owner"))
    return Accused.objects.filter(itself | Q(head) | (Q(above) & ~Q(letter__owner__in=refuges)))


def in_refuge(standing: Standing, verb: str) -> Q:
    """To the discipline unit fall the letters that the office must not see; there it is what the office is."""
    declared = CAPABILITIES.get(CAPABILITY)
    allowed = declared.holder.get(verb, frozenset()) if declared else frozenset()
    refuges = standing.holders.get(REFUGE, {})
    mine = {
        post.unit_id
        for post in standing.posts
        if post.is_own and post.role in allowed and post.unit_id in refuges
    }
    if not mine:
        return NOTHING
    return Q(owner__in=mine) | Q(pk__in=homeless().values("letter_id"))


class LetterRights(UnitOwned):
    """A letter belongs to the office, unless it is about the office or those above it."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        found, taken = super().for_user(standing, verb), in_refuge(standing, verb)
        if taken == NOTHING:
            return found
        return taken if found == NOTHING else found | taken


def refuge() -> Unit | None:
    """The unit that takes such letters."""
    held = HeldCapability.objects.filter(capability=REFUGE, unit__is_active=True).order_by("-is_lead", "unit")
    first = held.select_related("unit").first()
    return first.unit if first else None


# -- from the letter's side: who must not have it -----------------------------------------------------------


def kept_out_units(letter: Letter) -> set[int]:
    """Units whose people never see this letter: no form offers them, no step gives it to them."""
    rows = list(letter.accused.select_related("school", "unit", "teacher__main_post__school"))
    found = {row.school.unit_id for row in rows if row.school}
    found |= {letter.school.unit_id} if letter.school else set()
    found |= {row.teacher.main_post.school.unit_id for row in rows if row.teacher and row.teacher.main_post}
    for unit in (row.unit for row in rows if row.unit):
        found |= {unit.pk, *([unit.successor_id] if unit.successor_id else [])}
        if unit.kind == UnitKind.DISTRICT:
            found |= _schools_of([unit.pk])
    return found | _led_by([row.user_id for row in rows if row.user_id])


def _schools_of(units: Iterable[int]) -> set[int]:
    found = Unit.objects.filter(parent__in=list(units), kind=UnitKind.SCHOOL)
    return set(found.values_list("pk", flat=True).order_by())


def _led_by(people: list[int]) -> set[int]:
    """The units of everybody who reports to one of these people."""
    if not people:
        return set()
    posts = Membership.objects.in_force().filter(user__in=people)
    found = set(posts.filter(role__in=HEADS).values_list("unit_id", flat=True))
    found |= _schools_of(posts.filter(role=Role.DISTRICT_LEADER).values_list("unit_id", flat=True))
    found |= _commanded(posts)
    return found


def _commanded(posts: QuerySet[Membership]) -> set[int]:
    """Under a deputy leader the sections in charge, under a bureau leader all; the discipline unit under none."""
    charge = posts.filter(role=Role.DEPUTY_LEADER, in_charge_of__isnull=False)
    found = set(charge.values_list("in_charge_of", flat=True))
    leads = list(posts.filter(role=Role.BUREAU_LEADER).values_list("unit_id", flat=True))
    if leads:
        found |= set(Unit.objects.filter(kind__in=_UNDER_LEADERS).values_list("pk", flat=True))
    refuges = HeldCapability.objects.filter(capability=REFUGE).values_list("unit_id", flat=True)
    return (found - set(refuges)) | (_schools_of(leads) if leads else set())


def kept_out(letter: Letter) -> QuerySet[User]:
    """Everybody who never sees this letter (the auditor's last resort aside, see docs/permissions.md)."""
    rows = letter.accused.all()
    members = Q(unit__in=kept_out_units(letter))
    charge = Q(role=Role.DEPUTY_LEADER, in_charge_of__in=rows.filter(unit__isnull=False).values("unit_id"))
    posts = Membership.objects.in_force().filter(members | charge)
    accused = Q(pk__in=rows.filter(user__isnull=False).values("user_id"))
    return User.objects.filter(accused | Q(pk__in=posts.values("user_id")), is_active=True)


def check_unit(letter: Letter, unit: Unit, field: str = "unit") -> None:
    """Raises Invalid where nobody of this unit may have the letter; the sentence does not say why."""
    if unit.pk in kept_out_units(letter):
        sentence = _("This letter cannot go to this unit. Choose another one.")
        raise Invalid(sentence, {field: [sentence]})


def check_person(letter: Letter, person: User, field: str = "user") -> None:
    """The same for a person."""
    if is_kept_from(person, letter):
        sentence = _("This letter cannot go to this person. Choose somebody else.")
        raise Invalid(sentence, {field: [sentence]})
