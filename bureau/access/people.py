"""Whose account a person may see, reset or change, and which roles he or she may give."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.access.policies import EVERYTHING, NOTHING, Policy
from bureau.access.services import Decision
from bureau.access.standing import Standing, standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import Role, UnitKind
from bureau.charter.managed import managed_units
from bureau.charter.models import Membership, Unit

_MANAGED = frozenset({"view", "change", "reset", "switch"})


class People(Policy):
    """Accounts: the security administrator all of them, a district leader those of the district's schools,
    a principal the clerks of the own school; everybody sees and changes himself or herself.
    """

    def for_user(self, standing: Standing, verb: str) -> Q:
        if standing.may_on_the_ground("accounts.manage") and verb in _MANAGED:
            # One's own password is changed in one's own settings; nobody switches himself or herself off.
            return ~Q(pk=standing.user.pk) if verb in ("reset", "switch") else EVERYTHING
        found = Q(pk=standing.user.pk) if verb in ("view", "change") else NOTHING
        if verb in ("view", "reset"):
            found |= Q(pk__in=_in_care(standing).values("user_id"))
        return found

    def may_add(self, standing: Standing) -> bool:
        return standing.may_on_the_ground("accounts.manage")


class Places(Policy):
    """Memberships: the security administrator's; a principal's for the clerks of the own school; one's own to see."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        others = ~Q(user=standing.user.pk)
        if standing.may_on_the_ground("members.manage"):
            return EVERYTHING if verb == "view" else others if verb in ("add", "end") else NOTHING
        found = Q(user=standing.user.pk) if verb == "view" else NOTHING
        if verb in ("view", "end"):
            found |= Q(unit__in=_own(standing, Role.PRINCIPAL), role=Role.SCHOOL_CLERK) & others
        return found

    def may_add(self, standing: Standing) -> bool:
        return standing.may_on_the_ground("members.manage") or standing.may_on_the_ground("school.users")


def _own(standing: Standing, role: Role) -> set[int]:
    return {post.unit_id for post in standing.posts if post.is_own and post.role is role}


def _in_care(standing: Standing) -> QuerySet[Membership]:
    """Memberships through which other people's accounts are in my care.

    Whoever also belongs to the bureau or to a district is out of a school's or district's hands: with a
    new password for the school clerk one would also hold the reviewer's.
    """
    schools = managed_units(_own(standing, Role.DISTRICT_LEADER))
    clerks = Q(unit__in=_own(standing, Role.PRINCIPAL), role=Role.SCHOOL_CLERK)
    in_force = Membership.objects.in_force()
    elsewhere = in_force.exclude(unit__kind=UnitKind.SCHOOL)
    if not _own(standing, Role.DISTRICT_LEADER):
        # Nor does a principal reset whoever serves another school too.
        elsewhere = in_force.exclude(clerks)
    found = in_force.filter(Q(unit__in=schools) | clerks)
    return found.exclude(user=standing.user.pk).exclude(user__in=elsewhere.values("user_id"))


def may_grant(by: Principal, *, unit: Unit, role: str) -> Decision:
    """Whether `by` may make somebody `role` in `unit`."""
    if isinstance(by, User):
        mine = standing(by)
        if mine.may_on_the_ground("members.manage"):
            return Decision(True)
        if role == Role.SCHOOL_CLERK and unit.pk in _own(mine, Role.PRINCIPAL):
            return Decision(True)
    return Decision(False, _("You may not give this role in this unit."))
