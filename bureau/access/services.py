"""The only door to records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.access.policies import EVERYTHING, NOTHING, POLICIES, Policy, conflict_of
from bureau.access.standing import Standing, standing
from bureau.accounts.models import User
from bureau.accounts.principals import Holder, Principal, Public, System

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Decision:
    """Yes, or no with the reason in words. True and False as a condition."""

    allowed: bool
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(True)


def permitted(principal: Principal, verb: str, model: type[M]) -> QuerySet[M]:
    """The records of `model` on which `principal` may do `verb`. Denies by default."""
    if not isinstance(principal, User) or not principal.is_active:
        return _found(principal, verb, model)
    # One page asks the same question up to a dozen times; within a request the answer does not change.
    remembered = standing(principal).remembered
    key = f"permitted {verb} {model._meta.label_lower}"
    if key not in remembered:
        remembered[key] = _found(principal, verb, model)
    answer: QuerySet[M] = remembered[key]
    return answer.all()


def permitted_both(principal: Principal, verb: str, other: str, model: type[M]) -> QuerySet[M]:
    """The records on which `principal` may do either verb; what a conflict keeps away is left out once for both."""
    found = permitted(principal, verb, model)
    policy = POLICIES.get(model._meta.label_lower)
    allowed = NOTHING if policy is None else _allowed(principal, other, policy)
    if allowed == NOTHING:
        return found.none()
    return found if allowed == EVERYTHING else found.filter(allowed)


def _found(principal: Principal, verb: str, model: type[M]) -> QuerySet[M]:
    manager: QuerySet[M] = model._default_manager.all()
    policy = POLICIES.get(model._meta.label_lower)
    if policy is None:
        return manager.none()
    allowed = _allowed(principal, verb, policy)
    # An empty Q allows everything; NOTHING matches no row and needs no query.
    found = manager.none() if allowed == NOTHING else manager.filter(allowed)
    return _without_kept_away(principal, policy, found)


def _allowed(principal: Principal, verb: str, policy: Policy) -> Q:
    if isinstance(principal, User):
        return _of_person(standing(principal), verb, policy) if principal.is_active else NOTHING
    if isinstance(principal, Public):
        return policy.for_public(verb)
    if isinstance(principal, Holder):
        return policy.for_holder(principal, verb)
    declared = isinstance(principal, System) and f"{policy.model._meta.label_lower}.{verb}" in principal.verbs
    return Q() if declared else NOTHING


def _of_person(me: Standing, verb: str, policy: Policy) -> Q:
    """One's own, and to look at what those see for whom one stands in."""
    allowed = policy.for_user(me, verb)
    if verb != "view" or allowed == EVERYTHING:
        return allowed
    for absent in me.lent_by(policy.model._meta.label_lower):
        lent = policy.for_user(absent, verb)
        kept_away = conflict_of(policy, absent)
        lent = lent if kept_away is None else lent & ~kept_away
        if lent == EVERYTHING:
            return EVERYTHING
        if lent != NOTHING:
            allowed |= lent
    return allowed


def may(principal: Principal, verb: str, record: Model) -> Decision:
    """Whether `principal` may do `verb` with this record; a refusal says why."""
    model = type(record)
    if record.pk is not None and permitted(principal, verb, model).filter(pk=record.pk).exists():
        return YES
    if (
        record.pk is not None
        and verb != "view"
        and permitted(principal, "view", model).filter(pk=record.pk).exists()
    ):
        return Decision(False, _("You may see this record; what you tried is for others to do."))
    return Decision(False, _("This record is not open to you."))


def verbs_on(principal: Principal, record: Model, verbs: Iterable[str]) -> set[str]:
    """Which of the verbs `principal` has on the stored record: as `permitted` says of each, in one query."""
    model = type(record)
    policy = POLICIES.get(model._meta.label_lower)
    if policy is None:
        return set()
    # Many verbs are given to the same people: each rule is asked once, the conflict of interest once for all.
    rules: list[tuple[Q, list[str]]] = []
    for verb in verbs:
        allowed = _allowed(principal, verb, policy)
        same = next((named for rule, named in rules if rule == allowed), None)
        if same is not None:
            same.append(verb)
        elif allowed != NOTHING:
            rules.append((allowed, [verb]))
    if not rules:
        return set()
    asked = {
        f"may_{number}": Exists(model._default_manager.filter(rule, pk=OuterRef("pk")).order_by())
        for number, (rule, _named) in enumerate(rules)
    }
    rows = _without_kept_away(principal, policy, model._base_manager.filter(pk=record.pk))
    row = rows.annotate(**asked).values(*asked).order_by().first() or {}
    return {verb for number, (_rule, named) in enumerate(rules) if row.get(f"may_{number}") for verb in named}


def _without_kept_away(principal: Principal, policy: Policy, rows: QuerySet[M]) -> QuerySet[M]:
    kept_away = conflict_of(policy, standing(principal)) if isinstance(principal, User) else None
    return rows if kept_away is None else rows.exclude(kept_away)


def is_kept_from(user: User, record: Model) -> bool:
    """Whether a conflict of interest keeps this record from the person, whatever else allows it."""
    return record.pk is not None and bool(kept_from(user, type(record), [record.pk]))


def kept_from(user: User, model: type[Model], ids: Iterable[int]) -> set[int]:
    """Of these keys, the ones of records that a conflict of interest keeps from the person."""
    policy = POLICIES.get(model._meta.label_lower)
    conflict = conflict_of(policy, standing(user)) if policy else None
    if conflict is None:
        return set()
    rows = model._default_manager.filter(conflict, pk__in=list(ids))
    return set(rows.values_list("pk", flat=True).order_by())


def may_add(principal: Principal, model: type[Model]) -> Decision:
    """Whether `principal` may begin a new record of this kind."""
    policy = POLICIES.get(model._meta.label_lower)
    if policy is None:
        return Decision(False, _("This record is not open to you."))
    if isinstance(principal, User):
        allowed = principal.is_active and policy.may_add(standing(principal))
    else:
        allowed = _allowed(principal, "add", policy) != NOTHING
    return YES if allowed else Decision(False, _("Your role does not begin records of this kind."))


def may_on_the_ground(principal: Principal, verb: str) -> Decision:
    """Whether one of the person's roles carries a ground-floor verb (see `roles.GROUND_VERBS`)."""
    if isinstance(principal, User) and principal.is_active and standing(principal).may_on_the_ground(verb):
        return YES
    return Decision(False, _("None of your roles includes this."))
