"""Accounts for all schools and districts in one act, and the hand-over from one person to the next."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation

from bureau.accounts import services as accounts
from bureau.accounts.models import Slip, User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.charter import services
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Membership, Unit

# The person whom a unit cannot be without, and the one who may come besides.
HEADS = {UnitKind.SCHOOL: Role.PRINCIPAL, UnitKind.DISTRICT: Role.DISTRICT_LEADER}
SECONDS = {UnitKind.SCHOOL: Role.SCHOOL_CLERK, UnitKind.DISTRICT: Role.DISTRICT_REVIEWER}


def units_without(role: Role, kind: UnitKind) -> QuerySet[Unit]:
    """Active units of the kind in which nobody has the role today."""
    filled = Membership.objects.in_force().filter(unit=OuterRef("pk"), role=role)
    return Unit.objects.filter(kind=kind, is_active=True).exclude(Exists(filled))


@transaction.atomic
def open_accounts(
    *, by: Principal, with_seconds: bool, kinds: Collection[UnitKind] = tuple(HEADS)
) -> list[User]:
    """An account for the head (and the second) of every school and district that has none.

    Idempotent. The accounts have no password: `slips.issue` prints one for each.
    """
    wanted: list[tuple[Unit, Role]] = []
    for kind in kinds:
        roles = [HEADS[kind], *([SECONDS[kind]] if with_seconds else [])]
        for role in roles:
            wanted += [(unit, role) for unit in units_without(role, kind).order_by("parent__order", "key")]
    people = _save_people(wanted)
    today = timezone.localdate()
    Membership.objects.bulk_create(
        Membership(user=user, unit=unit, role=role, since=today)
        for user, (unit, role) in zip(people, wanted, strict=True)
    )
    if people:
        audit.record("accounts.users.onboarded", by=by, detail={"accounts": len(people)})
    return people


def _save_people(wanted: Iterable[tuple[Unit, Role]]) -> list[User]:
    taken = set(User.objects.values_list("username", flat=True))
    users = []
    for unit, role in wanted:
        username = free_username(unit, taken)
        taken.add(username)
        users.append(
            User(
                username=username,
                name=_name(unit, role),
                password=make_password(None),
                must_change_password=True,
            )
        )
    return User.objects.bulk_create(users, batch_size=500)


def free_username(unit: Unit, taken: Collection[str]) -> str:
    """The school code or the district's key; "-2", "-3" for the next people of the unit."""
    base = unit.key.split("-", 1)[1] if "-" in unit.key else unit.key
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, 1000))
    return next(name for name in names if name not in taken)


def _name(unit: Unit, role: Role) -> str:
    """Until the person writes his or her own: "平遥县实验小学 校长"."""
    with translation.override("zh-hans"):
        label = str(role.label)
    return f"{unit.name_zh[: 59 - len(label)]} {label}"


def waiting_for_slip(units: QuerySet[Unit]) -> QuerySet[User]:
    """People of these units who have never had a password of their own and hold no slip that still works."""
    now = timezone.now()
    holds = Slip.objects.filter(user=OuterRef("pk"), used_at=None, expires_at__gt=now)
    members = Membership.objects.in_force().filter(unit__in=units)
    people = User.objects.filter(
        Q(pk__in=members.values("user_id")), must_change_password=True, is_active=True
    )
    return people.exclude(Exists(holds)).order_by("username")


@transaction.atomic
def hand_over(*, unit: Unit, role: Role, name: str, phone: str, by: Principal, reason: str = "") -> User:
    """Somebody new takes the role: the old memberships and sessions end, the new account waits for its slip.

    An account with no place left is switched off. Raises ValidationError.
    """
    for membership in (
        Membership.objects.in_force().filter(unit=unit, role=role).select_related("user", "unit")
    ):
        before = membership.user
        services.end_membership(membership=membership, by=by, reason=reason or "hand-over")
        if not Membership.objects.in_force().filter(user=before).exists():
            accounts.deactivate(user=before, by=by, reason="hand-over")
    taken = set(User.objects.values_list("username", flat=True))
    user = accounts.create_user(username=free_username(unit, taken), name=name, phone=phone, by=by)
    services.add_membership(user=user, unit=unit, role=role, by=by)
    audit.record(
        "charter.unit.handed_over", by=by, obj=unit, detail={"role": role, "user": user.pk}, reason=reason
    )
    return user
