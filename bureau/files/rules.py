"""A file is seen with its record, and only through it."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Model, Q

from bureau.access.policies import NOTHING, Policy, register
from bureau.access.services import permitted
from bureau.access.standing import Standing, standing
from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC, Holder, Principal
from bureau.files.kinds import CARRIERS, AttachmentKind, Carrier
from bureau.files.models import Attachment, AttachmentQuerySet

VERBS = ("view", "withdraw")


class FileRights(Policy):
    """`view`: the record and the verb that its kind asks for seeing; `withdraw`: the verb for adding.

    The public sees files of public kinds while it may see their record, and only those that were inspected and
    hold nothing that must not go out. The holder of a receipt sees what the kind opens to holders, on that one record.
    """

    def for_public(self, verb: str) -> Q:
        found = NOTHING
        if verb != "view":
            return found
        for carrier in CARRIERS:
            keys = [kind.key for kind in carrier.kinds if kind.public]
            if keys:
                records = permitted(PUBLIC, "view", carrier.model).order_by()
                found |= Q(
                    record_kind=carrier.model._meta.label_lower,
                    kind__in=keys,
                    record_id__in=records.values("pk"),
                    withdrawn_at__isnull=True,
                    inspection__stops=False,
                )
        return found

    def for_holder(self, holder: Holder, verb: str) -> Q:
        carrier = CARRIERS.get(holder.kind)
        if verb != "view" or carrier is None:
            return NOTHING
        record = permitted(holder, "view", carrier.model).filter(pk=holder.pk).first()
        if record is None:
            return NOTHING
        keys = [kind.key for kind in carrier.kinds if kind.holder_sees and kind.holder_sees(record)]
        return Q(record_kind=holder.kind, record_id=holder.pk, kind__in=keys) if keys else NOTHING

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb not in VERBS:
            return NOTHING
        found = NOTHING
        for carrier in CARRIERS:
            found |= self.of_carrier(carrier, standing, verb)
        return found

    def of_carrier(self, carrier: Carrier, standing: Standing, verb: str) -> Q:
        found = NOTHING
        for wanted, keys in _by_verb(carrier.kinds, verb).items():
            records = permitted(standing.user, wanted, carrier.model)
            # Who may add to a record that he may not see any more withdraws nothing from it.
            records = records.filter(pk__in=permitted(standing.user, "view", carrier.model).values("pk"))
            found |= Q(
                record_kind=carrier.model._meta.label_lower, kind__in=keys, record_id__in=records.values("pk")
            )
        return found


def permitted_on(principal: Principal, verb: str, record: Model) -> AttachmentQuerySet:
    """As `permitted`, for the files of one record: asks about its own kind, not about every kind that carries files."""
    files = Attachment.objects.of(record)
    carrier = CARRIERS.get(record._meta.label_lower)
    if carrier is None or not isinstance(principal, User) or verb not in VERBS:
        return files.filter(pk__in=permitted(principal, verb, Attachment).values("pk"))
    return (
        files.filter(RIGHTS.of_carrier(carrier, standing(principal), verb))
        if principal.is_active
        else files.none()
    )


def _by_verb(kinds: tuple[AttachmentKind, ...], verb: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind in kinds:
        found[kind.see if verb == "view" else kind.add].append(kind.key)
    return found


RIGHTS = FileRights(Attachment)
register(RIGHTS)
