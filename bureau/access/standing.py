"""What a person is, right now: memberships in force and what their units hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from bureau.access import roles
from bureau.access.prepared import A_DAY, A_KEY, Prepared
from bureau.accounts.models import User
from bureau.charter.capabilities import CAPABILITIES
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import HeldCapability, Membership, Remit, Unit
from bureau.registry import Registry

# Rights are read once per request and forgotten with it; outside a request they are read each time.
_scope: ContextVar[dict[int, Standing] | None] = ContextVar("rights_scope", default=None)


# Filled by the floor that knows of absences: for whom a person stands in today, and what that opens.
STAND_INS: Registry[Callable[[User], list[User]]] = Registry("stand-ins")
LENT_KINDS: Registry[Callable[[str], bool]] = Registry("kinds open to stand-ins")


@dataclass(frozen=True)
class Post:
    """One place from which a person acts. A leader has one in each section in his or her charge."""

    unit_id: int
    unit_key: str
    unit_kind: str
    group_id: int
    role: Role
    is_own: bool = True  # False: reached through a leader's or an auditor's charge, not a membership


@dataclass(frozen=True)
class Standing:
    user: User
    posts: tuple[Post, ...]

    @cached_property
    def holders(self) -> dict[str, dict[int, bool]]:
        """Capability → the units that hold it → whether each leads (or holds it alone)."""
        found: dict[str, dict[int, bool]] = {}
        for name, unit_id, is_lead in _HOLDERS.rows():
            found.setdefault(name, {})[unit_id] = is_lead
        return {
            name: units if len(units) > 1 else dict.fromkeys(units, True) for name, units in found.items()
        }

    @cached_property
    def held(self) -> dict[str, set[int]]:
        """Capability → ids of the units of my posts that hold it."""
        mine = {post.unit_id for post in self.posts}
        found = {name: mine & units.keys() for name, units in self.holders.items()}
        return {name: units for name, units in found.items() if units}

    @cached_property
    def sections(self) -> dict[int, int | None]:
        """Every section there ever was → the one that took it over, where it is gone."""
        return dict(_SECTIONS.rows())

    def has_role(self, *wanted: Role) -> bool:
        return any(post.is_own and post.role in wanted for post in self.posts)

    def may_on_the_ground(self, verb: str) -> bool:
        """Whether one of my roles carries a verb of the ground floor, such as `calendar.import`."""
        return any(post.is_own and post.role in roles.GROUND_VERBS[verb] for post in self.posts)

    def holder_units(self, capability: str, verb: str) -> set[int]:
        """Units that hold the capability and in which my role has the holder verb.

        To the lead (or only) holder falls also what was left behind in sections that no longer hold it.
        """
        declared = CAPABILITIES.get(capability)
        allowed = declared.holder.get(verb, frozenset()) if declared else frozenset()
        if not allowed:
            return set()
        holding = self.holders.get(capability, {})
        mine = {post.unit_id for post in self.posts if post.role in allowed and post.unit_id in holding}
        if any(holding[unit_id] for unit_id in mine):
            mine |= self.sections.keys() - holding.keys()
        return mine

    def participant_units(self, capability: str, verb: str) -> set[int]:
        """Units of mine in which my role has the participant verb, and their forerunners; whoever holds the capability."""
        declared = CAPABILITIES.get(capability)
        allowed = declared.participant.get(verb, frozenset()) if declared else frozenset()
        mine = {post.unit_id for post in self.posts if post.role in allowed}
        return mine | {gone for gone, heir in self.sections.items() if heir in mine} if mine else mine

    def groups_for(self, verb: str) -> set[int]:
        """Groups through which a remit's verb over shared records reaches me."""
        return {post.group_id for post in self.posts if verb in roles.SHARED_VERBS[post.role]}

    def lent_by(self, kind: str) -> list[Standing]:
        """Standings of absent people whose records of this kind the person may look at today."""
        return (
            [standing(absent) for absent in self._absent] if any(lends(kind) for lends in LENT_KINDS) else []
        )

    def has_whole_remit(self, over: str, verb: str) -> bool:
        """Whether a remit without filters gives a unit of mine the verb, and my role there carries it."""
        units = {post.unit_id for post in self.posts if verb in roles.SHARED_VERBS[post.role]}
        return any(
            row.unit_id in units and row.over == over and verb in row.verbs and not row.filters
            for row in self.remits
        )

    @cached_property
    def remits(self) -> list[Remit]:
        """The remits of my units."""
        mine = {post.unit_id for post in self.posts}
        rows = Remit.objects.filter(unit_id__in=mine, unit__is_active=True).order_by()
        return list(rows) if mine else []

    @cached_property
    def remembered(self) -> dict[str, Any]:
        """What policies found out about me, by a key of theirs; forgotten with the standing."""
        return {}

    @cached_property
    def _absent(self) -> list[User]:
        return [absent for stands_in in STAND_INS for absent in stands_in(self.user)]

    def own_unit_ids(self) -> set[int]:
        return {post.unit_id for post in self.posts if post.is_own}


def standing(user: User) -> Standing:
    """The person's posts in force today: one or two queries, remembered within a request."""
    scope = _scope.get()
    if scope is not None and user.pk in scope:
        return scope[user.pk]
    found = Standing(user, tuple(_posts(user)) if user.pk and user.is_active else ())
    if scope is not None:
        scope[user.pk] = found
    return found


# What makes a post, and the order in which the first of several counts.
_OF_UNIT = ("pk", "key", "kind", "group_id")
_OF_MEMBERSHIP = ("pk", "role", *(f"unit__{name}" for name in _OF_UNIT))
_UNIT_ORDER = tuple(f"unit__{name}" for name in Unit._meta.ordering or ())


# Plain values: every request asks, and records of two tables would cost twice the time.
_POSTS = Prepared(
    Membership,
    lambda user, day: (
        Membership.objects.in_force(day)
        .filter(user=user)
        .order_by(*_UNIT_ORDER, "role")
        .values_list(*_OF_MEMBERSHIP)
    ),
    user=A_KEY,
    day=A_DAY,
)
_HOLDERS = Prepared(
    HeldCapability,
    lambda: (
        HeldCapability.objects.filter(unit__is_active=True)
        .values_list("capability", "unit_id", "is_lead")
        .order_by()
    ),
)
_SECTIONS = Prepared(
    Unit,
    lambda: Unit.objects.filter(kind=UnitKind.SECTION).values_list("pk", "successor_id").order_by(),
)


def _posts(user: User) -> Iterator[Post]:
    for membership, name, *unit in _POSTS.rows(user=user.pk, day=timezone.localdate()):
        role = Role(name)
        yield _post(unit, role)
        yield from (_post(section, role, is_own=False) for section in _led(membership, role))


def _post(unit: Sequence[Any], role: Role, *, is_own: bool = True) -> Post:
    pk, key, kind, group = unit
    return Post(pk, key, kind, group, role, is_own)


def _led(membership: int, role: Role) -> Iterable[tuple[Any, ...]]:
    """The sections that a leader reaches beside the own unit: those in charge, or all."""
    units = Unit.objects.filter(is_active=True)
    if role is Role.DEPUTY_LEADER:
        return units.filter(in_charge=membership).values_list(*_OF_UNIT)
    if role in (Role.BUREAU_LEADER, Role.AUDITOR):
        return units.filter(kind=UnitKind.SECTION).values_list(*_OF_UNIT)
    return ()


@contextmanager
def rights_scope() -> Iterator[None]:
    """Remember standings until the end of the block: one request."""
    token = _scope.set({})
    try:
        yield
    finally:
        _scope.reset(token)


def forget_standings() -> None:
    """After a right was changed within a request."""
    scope = _scope.get()
    if scope is not None:
        scope.clear()
