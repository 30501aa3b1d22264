"""How a kind of record answers who may see or do what with it. One policy per model; none means nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django.db.models import Model, Q
from django.utils import timezone

from bureau.access.models import GroupGrant, UserGrant
from bureau.access.standing import Standing
from bureau.accounts.principals import Holder
from bureau.registry import Registry

NOTHING: Q = Q(pk__in=())
EVERYTHING: Q = Q()


class Policy:
    """Deny by default. Each answer is a Q over the model; NOTHING refuses."""

    def __init__(
        self,
        model: type[Model],
        *,
        public: Mapping[str, Callable[[], Q]] | None = None,
        holder: Iterable[str] = (),
        conflict: Callable[[Standing], Q | None] | None = None,
    ) -> None:
        """`public`: verb → Q for anyone. `holder`: verbs of who proved number and code.
        `conflict`: records kept from this person whatever else allows them."""
        self.model = model
        self._public = dict(public or {})
        self._holder = frozenset(holder)
        self._conflict = conflict

    def for_public(self, verb: str) -> Q:
        rule = self._public.get(verb)
        return rule() if rule else NOTHING

    def for_holder(self, holder: Holder, verb: str) -> Q:
        if verb in self._holder and holder.kind == self.model._meta.label_lower:
            return Q(pk=holder.pk)
        return NOTHING

    def for_user(self, standing: Standing, verb: str) -> Q:
        return NOTHING

    def may_add(self, standing: Standing) -> bool:
        """Whether the person may begin a new record of this kind; what it may hold is checked after."""
        return False

    @property
    def has_conflicts(self) -> bool:
        """Whether records of this kind may be kept from somebody who would see them otherwise."""
        return self._conflict is not None

    def conflict(self, standing: Standing) -> Q | None:
        return self._conflict(standing) if self._conflict else None


class UnitOwned(Policy):
    """A record that belongs to a unit: its holder (who has the capability) and the units and people it names.

    `owner`: field with the holding unit. `participants`: fields with a unit that takes part.
    `people`: fields with a person who takes part. Participant verbs come from the capability.
    `further`: verbs that a subclass gives to others, such as the school that a record is about.
    """

    further: frozenset[str] = frozenset()

    def __init__(
        self,
        model: type[Model],
        *,
        capability: str,
        owner: str = "owner",
        participants: tuple[str, ...] = (),
        people: tuple[str, ...] = (),
        public: Mapping[str, Callable[[], Q]] | None = None,
        holder: Iterable[str] = (),
        conflict: Callable[[Standing], Q] | None = None,
    ) -> None:
        super().__init__(model, public=public, holder=holder, conflict=conflict)
        self.capability = capability
        self.owner = owner
        self.participants = participants
        self.people = people

    def for_user(self, standing: Standing, verb: str) -> Q:
        found = NOTHING
        holders = standing.holder_units(self.capability, verb)
        if holders:
            found |= Q(**{f"{self.owner}__in": holders})
        taking_part = standing.participant_units(self.capability, verb)
        if taking_part:
            for name in self.participants:
                found |= Q(**{f"{name}__in": taking_part})
            for name in self.people:
                found |= Q(**{name: standing.user.pk})
        return found

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(self.capability, "add"))


class Shared(Policy):
    """A shared record with guardian rows: group rows from remits, user rows from hand-made shares.

    `verbs`: verb → codename of the permission on `model`.
    """

    def __init__(
        self,
        model: type[Model],
        *,
        groups: type[GroupGrant],
        shares: type[UserGrant],
        verbs: Mapping[str, str],
        may_add: Callable[[Standing], bool] | None = None,
        public: Mapping[str, Callable[[], Q]] | None = None,
        conflict: Callable[[Standing], Q] | None = None,
    ) -> None:
        super().__init__(model, public=public, conflict=conflict)
        self.groups = groups
        self.shares = shares
        self.verbs = dict(verbs)
        self._may_add = may_add

    def for_user(self, standing: Standing, verb: str) -> Q:
        codename = self.verbs.get(verb)
        if codename is None:
            return NOTHING
        granted = self.groups._default_manager.filter(
            permission__codename=codename, group_id__in=standing.groups_for(verb)
        )
        shared = self.shares._default_manager.filter(
            permission__codename=codename, user_id=standing.user.pk, until__gte=timezone.localdate()
        )
        return Q(pk__in=granted.values("content_object_id")) | Q(pk__in=shared.values("content_object_id"))

    def may_add(self, standing: Standing) -> bool:
        return bool(self._may_add and self._may_add(standing))


class Through(Policy):
    """A record that follows another one: what you may do with the parent decides.

    `parent`: field name. `verbs`: my verb → the parent's verb.
    """

    def __init__(
        self,
        model: type[Model],
        *,
        parent: str,
        verbs: Mapping[str, str],
        public: Mapping[str, Callable[[], Q]] | None = None,
        holder: Iterable[str] = (),
    ) -> None:
        super().__init__(model, public=public, holder=holder)
        self.parent = parent
        self.verbs = dict(verbs)

    def _parent_model(self) -> type[Model]:
        related: Any = self.model._meta.get_field(self.parent).related_model
        return cast(type[Model], related)

    def for_user(self, standing: Standing, verb: str) -> Q:
        from bureau.access.services import permitted

        wanted = self.verbs.get(verb)
        if wanted is None:
            return NOTHING
        allowed = permitted(standing.user, wanted, self._parent_model())
        return Q(**{f"{self.parent}__in": allowed.values("pk")})

    @property
    def has_conflicts(self) -> bool:
        policy = POLICIES.get(self._parent_model()._meta.label_lower)
        return policy is not None and policy.has_conflicts

    def conflict(self, standing: Standing) -> Q | None:
        """What is kept from somebody takes along what hangs on it, from a stand-in too."""
        return conflict_through(self.parent, self._parent_model())(standing)

    def may_add(self, standing: Standing) -> bool:
        from bureau.access.services import permitted

        wanted = self.verbs.get("add")
        return wanted is not None and permitted(standing.user, wanted, self._parent_model()).exists()


def conflict_of(policy: Policy, standing: Standing) -> Q | None:
    """`policy.conflict`, remembered with the standing: within a request the answer does not change."""
    key = f"conflict {policy.model._meta.label_lower}"
    if key not in standing.remembered:
        standing.remembered[key] = policy.conflict(standing)
    found: Q | None = standing.remembered[key]
    return found


def conflict_through(field: str, parent: type[Model]) -> Callable[[Standing], Q | None]:
    """The conflict of a record that hangs on another one by `field`: that of the other one."""

    def conflict(standing: Standing) -> Q | None:
        policy = POLICIES.get(parent._meta.label_lower)
        kept = conflict_of(policy, standing) if policy else None
        if kept is None:
            return None
        return Q(**{f"{field}__in": parent._default_manager.filter(kept).order_by().values("pk")})

    return conflict


class Ground(Policy):
    """A ground-floor record (account, unit, calendar day): verbs by role, over all of them.

    `verbs`: verb → ground verb of `bureau.access.roles`.
    """

    def __init__(
        self,
        model: type[Model],
        *,
        verbs: Mapping[str, str],
        own: Callable[[Standing, str], Q] | None = None,
        public: Mapping[str, Callable[[], Q]] | None = None,
    ) -> None:
        """`own`: what a person may do with his or her own rows, whatever the role."""
        super().__init__(model, public=public)
        self.verbs = dict(verbs)
        self._own = own

    def for_user(self, standing: Standing, verb: str) -> Q:
        wanted = self.verbs.get(verb)
        if wanted is not None and standing.may_on_the_ground(wanted):
            return EVERYTHING
        return self._own(standing, verb) if self._own else NOTHING

    def may_add(self, standing: Standing) -> bool:
        wanted = self.verbs.get("add")
        return wanted is not None and standing.may_on_the_ground(wanted)


POLICIES: Registry[Policy] = Registry("policies")


def register(policy: Policy) -> Policy:
    return POLICIES.add(policy.model._meta.label_lower, policy)
