"""Hand-made shares: one right over one record for one person, for a reason and until a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.access.models import UserGrant
from bureau.access.policies import POLICIES, Shared
from bureau.access.services import may, may_on_the_ground, permitted
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.charter.models import Membership

# More than this nobody shares by hand; the earliest to end are shown.
SHOWN = 500


@transaction.atomic
def grant(record: Model, *, to: User, verb: str, until: date, reason: str, by: Principal) -> UserGrant:
    """Give `to` the right `verb` over `record`. An existing share gets the new reason and end.

    Raises PermissionDenied (the giver may not share, or has not the right himself) and ValidationError.
    """
    policy = _policy(record)
    _may_share(record, verb, by)
    if to == by:
        raise PermissionDenied(_("Nobody shares with himself or herself."))
    permission = _permission(policy, verb)
    new: Any = policy.shares
    found = _rows(policy, record, to, permission).first()
    row: UserGrant = found or new(user=to, permission=permission, content_object=record)
    row.reason, row.until, row.granted_by = reason.strip(), until, by.audit_name
    _check(row, to)
    row.save()
    detail = {"verb": verb, "to": to.pk, "until": until.isoformat()}
    audit.record("access.share.granted", by=by, obj=record, detail=detail, reason=reason)
    return row


@transaction.atomic
def share(record: Model, *, to: User, verb: str, until: date, reason: str, by: Principal) -> UserGrant:
    """`grant`, and with it the right to see the record for as long where `to` has not got that otherwise."""
    if verb != "view":
        seen = _rows(_policy(record), record, to, _permission(_policy(record), "view")).first()
        ends_before = seen is not None and seen.until < until
        if ends_before or not may(to, "view", record):
            grant(record, to=to, verb="view", until=until, reason=reason, by=by)
    return grant(record, to=to, verb=verb, until=until, reason=reason, by=by)


@transaction.atomic
def take_back(row: UserGrant, *, by: Principal, reason: str = "") -> None:
    """Take back a share found on a page; also by the security administrator, who sees no record."""
    record, verb = record_of(row), verb_of(row)
    _may_take_back(record, verb, by)
    row.delete()
    detail = {"verb": verb, "to": row.user_id}
    audit.record("access.share.revoked", by=by, obj=record, detail=detail, reason=reason)


@transaction.atomic
def revoke(record: Model, *, to: User, verb: str, by: Principal, reason: str = "") -> bool:
    """Take a share back; False where there was none. Whoever may share a right may take it back."""
    policy = _policy(record)
    _may_take_back(record, verb, by)
    deleted, _by_table = _rows(policy, record, to, _permission(policy, verb)).delete()
    if deleted:
        audit.record(
            "access.share.revoked", by=by, obj=record, detail={"verb": verb, "to": to.pk}, reason=reason
        )
    return bool(deleted)


def shares_of(record: Model) -> QuerySet[UserGrant]:
    """The shares of a record that still hold, with person and permission."""
    rows = _policy(record).shares._default_manager.filter(until__gte=timezone.localdate())
    return rows.filter(content_object=record).select_related("user", "permission").order_by("until", "pk")


def shareable_verbs(record: Model, by: Principal) -> list[str]:
    """What `by` may give away over this record: the rights that he has himself."""
    policy = POLICIES.get(record._meta.label_lower)
    if not isinstance(policy, Shared) or not may_on_the_ground(by, "shares.manage"):
        return []
    return [verb for verb in policy.verbs if verb != "add" and may(by, verb, record)]


def is_shared_by_hand(model: type[Model]) -> bool:
    return isinstance(POLICIES.get(model._meta.label_lower), Shared)


def record_of(row: Any) -> Model:
    """What is shared; each grant table names it for itself."""
    record: Model = row.content_object
    return record


def verb_of(row: UserGrant) -> str:
    """The verb that the row's permission stands for."""
    policy = _policy(record_of(row))
    codename = row.permission.codename
    return next((verb for verb, name in policy.verbs.items() if name == codename), codename)


def shares_in_force(by: Principal) -> list[UserGrant]:
    """Every share that still holds, the next to end first: over records that `by` sees, or, for who keeps
    the memberships, over all of them."""
    found: list[UserGrant] = []
    for policy in POLICIES:
        if isinstance(policy, Shared):
            found += _in_sight(policy, by).order_by("until", "pk")[:SHOWN]
    return sorted(found, key=lambda row: (row.until, row.pk))[:SHOWN]


def share_called(kind: str, pk: int, by: Principal) -> UserGrant | None:
    """One of these by the kind of its record and its own key."""
    policy = POLICIES.get(kind)
    return _in_sight(policy, by).filter(pk=pk).first() if isinstance(policy, Shared) else None


def _in_sight(policy: Shared, by: Principal) -> QuerySet[Any]:
    rows: QuerySet[Any] = policy.shares._default_manager.filter(until__gte=timezone.localdate())
    if not may_on_the_ground(by, "members.manage"):
        rows = rows.filter(content_object__in=permitted(by, "view", policy.model).values("pk"))
    return rows.select_related("user", "permission", "content_object")


def person_called(text: str) -> User:
    """Somebody in service by user name or by full name. Raises ValidationError for nobody and for several."""
    in_service = User.objects.filter(is_active=True, pk__in=Membership.objects.in_force().values("user_id"))
    found = list(in_service.filter(username__iexact=text)[:1]) or list(in_service.filter(name=text)[:2])
    if not found:
        raise ValidationError(_("Nobody in service has this user name or this name."))
    if len(found) > 1:
        raise ValidationError(_("Several people have this name. Type the user name instead."))
    return found[0]


def _may_take_back(record: Model, verb: str, by: Principal) -> None:
    """Whoever may share a right, and the security administrator for every right: less is always safe."""
    if not may_on_the_ground(by, "members.manage"):
        _may_share(record, verb, by)


def _may_share(record: Model, verb: str, by: Principal) -> None:
    ground = may_on_the_ground(by, "shares.manage")
    if not ground:
        raise PermissionDenied(ground.reason)
    own = may(by, verb, record)
    if not own:
        raise PermissionDenied(_("You cannot give away a right that you do not have yourself."))


def _check(row: UserGrant, to: User) -> None:
    if not to.is_active:
        raise ValidationError({"to": _("This account is not in use.")})
    if row.until < timezone.localdate():
        raise ValidationError({"until": _("The last day of the share lies in the past.")})
    row.full_clean()


def _policy(record: Model) -> Shared:
    policy = POLICIES.get(record._meta.label_lower)
    if not isinstance(policy, Shared):
        raise ValidationError(_("Records of this kind are not shared by hand."))
    return policy


def _permission(policy: Shared, verb: str) -> Permission:
    codename = policy.verbs.get(verb)
    if codename is None:
        raise ValidationError({"verb": _("There is no such right over this record.")})
    content_type = ContentType.objects.get_for_model(policy.model)
    return Permission.objects.get(content_type=content_type, codename=codename)


def _rows(policy: Shared, record: Model, to: User, permission: Permission) -> QuerySet[Any]:
    return policy.shares._default_manager.filter(user=to, permission=permission, content_object_id=record.pk)


@transaction.atomic
def move_shares(*, from_: Model, to: Model, by: Principal) -> int:
    """The shares of a record that was merged hold for the one that stays; the later end counts where both
    were shared with one person. Kinds that are not shared by hand have none. Returns how many moved."""
    policy = POLICIES.get(from_._meta.label_lower)
    if not isinstance(policy, Shared):
        return 0
    rows: Any = policy.shares._default_manager
    present = {(row.user_id, row.permission_id): row for row in rows.filter(content_object_id=to.pk)}
    moved = 0
    for row in rows.filter(content_object_id=from_.pk):
        twin = present.get((row.user_id, row.permission_id))
        if twin is None:
            rows.filter(pk=row.pk).update(content_object_id=to.pk)
            moved += 1
        elif twin.until < row.until:
            rows.filter(pk=twin.pk).update(until=row.until)
    if moved:
        audit.record("access.share.moved", by=by, obj=to, detail={"from": from_.pk, "count": moved})
    return moved
