"""Who may take a step: in one's own right, or for an absent person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Model, Q
from django.utils import timezone

from bureau.access.prepared import A_DAY, A_KEY, Prepared
from bureau.access.services import is_kept_from, may, may_add, verbs_on
from bureau.access.standing import Post, standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.workflow.models import Delegation, WorkItem
from bureau.workflow.refusals import NotPermitted

# Absent person's role → roles of the same unit that may stand in.
FITTING: dict[Role, frozenset[Role]] = {
    Role.CLERK: frozenset({Role.CLERK, Role.OFFICER, Role.CHIEF}),
    Role.OFFICER: frozenset({Role.OFFICER, Role.CHIEF}),
    Role.CHIEF: frozenset({Role.CHIEF, Role.OFFICER}),
    Role.DEPUTY_LEADER: frozenset({Role.DEPUTY_LEADER, Role.BUREAU_LEADER}),
    Role.BUREAU_LEADER: frozenset({Role.BUREAU_LEADER, Role.DEPUTY_LEADER}),
    Role.DISTRICT_REVIEWER: frozenset({Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER}),
    Role.DISTRICT_LEADER: frozenset({Role.DISTRICT_LEADER, Role.DISTRICT_REVIEWER}),
    Role.PRINCIPAL: frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK}),
    Role.SCHOOL_CLERK: frozenset({Role.SCHOOL_CLERK, Role.PRINCIPAL}),
}


@dataclass(frozen=True)
class Right:
    """An act is allowed; `on_behalf_of` is the absent person whose right it is."""

    on_behalf_of: User | None = None


OWN_RIGHT = Right()


def fits(substitute: User, absent: User) -> bool:
    """Whether both stand in one unit today, in roles of which one may stand in for the other."""
    theirs = {(post.unit_id, role) for post in _own(absent) for role in FITTING.get(post.role, ())}
    return any((post.unit_id, post.role) in theirs for post in _own(substitute))


def _own(user: User) -> list[Post]:
    return [post for post in standing(user).posts if post.is_own]


def stood_in_for(user: User) -> list[User]:
    """Absent people for whom a person may act today; asked once in a request."""
    remembered = standing(user).remembered
    found: list[User] | None = remembered.get("workflow.stood_in_for")
    if found is None:
        found = remembered["workflow.stood_in_for"] = _stood_in_for(user)
    return found


# Hardly anybody stands in for anybody, and every page asks.
_STOOD_IN = Prepared(
    Delegation,
    lambda user, day: (
        Delegation.objects.in_force(day)
        .filter(substitute=user, absent__is_active=True)
        .order_by()
        .values_list("absent_id")
    ),
    user=A_KEY,
    day=A_DAY,
)


def _stood_in_for(user: User) -> list[User]:
    """Absent people for whom `user` acts today. Only directly: a stand-in's stand-in gets nothing."""
    if not _STOOD_IN.rows(user=user.pk, day=timezone.localdate()):
        return []
    rows = (
        Delegation.objects.in_force().filter(substitute=user, absent__is_active=True).select_related("absent")
    )
    return [row.absent for row in rows if fits(user, row.absent)]


def right_to(by: Principal, verb: str, record: Model) -> Right:
    """By what right `by` does `verb` with a stored record.

    Raises NotPermitted with the reason. A conflict of interest of one's own is not cured by standing in.
    """
    decision = may(by, verb, record)
    if decision:
        return OWN_RIGHT
    if isinstance(by, User) and not is_kept_away(by, record):
        for absent in stood_in_for(by):
            if may(absent, verb, record):
                return Right(absent)
    raise NotPermitted(decision.reason)


def right_to_create(by: Principal, model: type[Model]) -> Right:
    decision = may_add(by, model)
    if not decision:
        raise NotPermitted(decision.reason)
    return OWN_RIGHT


def is_kept_away(user: User, record: Model) -> bool:
    """Whether a conflict of interest keeps this record from the person."""
    return is_kept_from(user, record)


def verbs_allowed(by: Principal, record: Model, verbs: Iterable[str]) -> set[str]:
    """Which of the verbs `by` has on the record, own or borrowed: one query per person whose right counts."""
    wanted = sorted(set(verbs))
    found = verbs_on(by, record, wanted)
    if isinstance(by, User) and len(found) < len(wanted):
        absent = stood_in_for(by)
        if absent and not is_kept_away(by, record):
            found = reduce(or_, (verbs_on(person, record, wanted) for person in absent), found)
    return found


def acting_unit(by: Principal, record: Model, right: Right) -> Unit | None:
    """The unit in whose name a person acts: the one the record waits for, else the first of his or hers."""
    if not isinstance(by, User):
        return None
    person = right.on_behalf_of or by
    units = list(dict.fromkeys(post.unit_id for post in standing(person).posts if post.is_own))
    if not units:
        return None
    waiting: set[int | None] = set()
    if len(units) > 1 and record.pk is not None:
        items = WorkItem.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
        waiting = set(items.values_list("unit_id", flat=True))
    chosen = next((unit for unit in units if unit in waiting), units[0])
    return Unit.objects.get(pk=chosen)


def mine(user: User) -> Q:
    """Work items that are addressed to a person or to a unit of his or hers."""
    return Q(user=user) | Q(unit__in=standing(user).own_unit_ids())
