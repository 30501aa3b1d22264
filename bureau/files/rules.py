"""A file is seen with its record, and only through it."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from bureau.access.policies import NOTHING, Policy, register
from bureau.access.services import permitted
from bureau.access.standing import Standing
from bureau.accounts.principals import PUBLIC, Holder
from bureau.files.kinds import CARRIERS, AttachmentKind, Carrier
from bureau.files.models import Attachment


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
        if verb not in ("view", "withdraw"):
            return NOTHING
        found = NOTHING
        for carrier in CARRIERS:
            found |= self._of(carrier, standing, verb)
        return found

    def _of(self, carrier: Carrier, standing: Standing, verb: str) -> Q:
        found = NOTHING
        for wanted, keys in _by_verb(carrier.kinds, verb).items():
            records = permitted(standing.user, wanted, carrier.model)
            # Who may add to a record that he may not see any more withdraws nothing from it.
            records = records.filter(pk__in=permitted(standing.user, "view", carrier.model).values("pk"))
            found |= Q(
                record_kind=carrier.model._meta.label_lower, kind__in=keys, record_id__in=records.values("pk")
            )
        return found


def _by_verb(kinds: tuple[AttachmentKind, ...], verb: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind in kinds:
        found[kind.see if verb == "view" else kind.add].append(kind.key)
    return found


register(FileRights(Attachment))
