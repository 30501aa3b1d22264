"""Memberships: begun and ended. Every change ends the person's sessions, so that a right holds at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.accounts import services as accounts
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.charter.choices import ROLES_OF_KIND, Role, UnitKind
from bureau.charter.models import Membership, Unit
from bureau.charter.posts import TAKEN_UP

# Administrators are kept apart (MLPS 8.1.4.2): who runs the system, who grants rights, who reads the audit.
KEPT_APART = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)

OWN = _("Nobody changes his or her own memberships. Ask another security administrator.")
LAST = _("This is the last security administrator. Enter another one first.")


@transaction.atomic
def add_membership(
    *,
    user: User,
    unit: Unit,
    role: str,
    by: Principal,
    since: date | None = None,
    until: date | None = None,
    in_charge_of: Iterable[Unit] = (),
) -> Membership:
    """`user` becomes `role` in `unit`, from `since` (today). Raises ValidationError.

    Whether `by` may do so at all is asked before, of `bureau.access.people`.
    """
    _check_not_own(user, by)
    list(User.objects.select_for_update().filter(pk=user.pk))  # two grants at once must see each other
    membership = Membership(user=user, unit=unit, role=role, since=since or timezone.localdate(), until=until)
    charge = list(in_charge_of)
    _check_place(membership, charge)
    _check_apart(membership)
    membership.full_clean()
    membership.save()
    membership.in_charge_of.set(charge)
    audit.record(
        "charter.membership.added",
        by=by,
        obj=membership,
        detail={"user": user.pk, "unit": unit.pk, "role": role},
    )
    accounts.end_sessions(user=user, by=by, reason="membership added")
    for follow in TAKEN_UP:
        follow(membership)
    return membership


@transaction.atomic
def end_membership(
    *, membership: Membership, by: Principal, last_day: date | None = None, reason: str = ""
) -> None:
    """The last day in the role; without one it ends at once. Raises ValidationError."""
    _check_not_own(membership.user, by)
    today = timezone.localdate()
    until = last_day if last_day is not None else today - timedelta(days=1)
    if membership.role == Role.SECURITY_ADMIN:
        check_not_last(membership.user, without=membership)
    detail = {"user": membership.user_id, "unit": membership.unit_id, "role": membership.role}
    audit.record("charter.membership.ended", by=by, obj=membership, detail=detail, reason=reason)
    if until < membership.since:
        membership.delete()  # begun today and ended today: it never held a whole day
    else:
        membership.until = until
        membership.full_clean()
        membership.save(update_fields=["until"])
    accounts.end_sessions(user=membership.user, by=by, reason="membership ended")


def _check_not_own(user: User, by: Principal) -> None:
    if isinstance(by, User) and by.pk == user.pk:
        raise ValidationError(OWN)


def _check_place(membership: Membership, charge: Collection[Unit]) -> None:
    unit, role = membership.unit, membership.role
    if role not in ROLES_OF_KIND[UnitKind(unit.kind)]:
        raise ValidationError({"role": _("This role does not exist in a unit of this kind.")})
    if not unit.is_active:
        raise ValidationError({"unit": _("This unit is no longer active.")})
    if charge and role != Role.DEPUTY_LEADER:
        raise ValidationError({"in_charge_of": _("Only a deputy leader is in charge of sections.")})
    if any(section.kind != UnitKind.SECTION for section in charge):
        raise ValidationError({"in_charge_of": _("A deputy leader is in charge of sections only.")})
    same = Membership.objects.filter(user=membership.user, unit=unit, role=role)
    if _overlapping(same, membership).exists():
        raise ValidationError({"role": _("This person has this role in this unit already.")})


def _check_apart(membership: Membership) -> None:
    """No one person is two of: system administrator, security administrator, auditor; on no common day."""
    if membership.role not in KEPT_APART:
        return
    others = Membership.objects.filter(user=membership.user, role__in=KEPT_APART).exclude(
        role=membership.role
    )
    clash = _overlapping(others, membership).first()
    if clash is not None:
        raise ValidationError(
            _(
                "This person is %(role)s already. Administrators and auditors are kept apart: choose somebody else."
            ),
            params={"role": clash.get_role_display()},
        )


def _overlapping(rows: QuerySet[Membership], membership: Membership) -> QuerySet[Membership]:
    found = rows.filter(Q(until__isnull=True) | Q(until__gte=membership.since))
    return found.filter(since__lte=membership.until) if membership.until else found


def check_not_last(user: User, *, without: Membership | None = None) -> None:
    """Raises ValidationError when nobody but `user` would be security administrator."""
    rows = Membership.objects.filter(role=Role.SECURITY_ADMIN).order_by("pk")
    list(rows.select_for_update())  # two of them ending each other at once: the second one sees the first
    left = Membership.objects.in_force().filter(role=Role.SECURITY_ADMIN)
    left = left.exclude(pk=without.pk) if without is not None else left.exclude(user=user)
    if not left.exists():
        raise ValidationError(LAST)


def why_kept(user: User) -> str | Promise:
    """Why this account must stay in use, or ""; asked before it is switched off."""
    if not Membership.objects.in_force().filter(user=user, role=Role.SECURITY_ADMIN).exists():
        return ""
    try:
        check_not_last(user)
    except ValidationError:
        return LAST
    return ""
