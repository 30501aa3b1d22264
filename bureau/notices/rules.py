"""A notice is its reader's alone; what leaves the house is the system administrator's to watch."""

from __future__ import annotations

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from bureau.access.policies import NOTHING, POLICIES, Ground, conflict_of, register
from bureau.access.standing import Standing
from bureau.notices.models import Notice, OutgoingMessage


def _own(standing: Standing, verb: str) -> Q:
    return Q(user=standing.user.pk) & ~_kept_back(standing)


def _kept_back(standing: Standing) -> Q:
    """Notices, however old, about records that a conflict of interest keeps from the person now."""
    found = NOTHING
    for kind in _kinds(standing):
        policy = POLICIES.get(kind)
        conflict = conflict_of(policy, standing) if policy else None
        if policy and conflict is not None:
            kept = policy.model._base_manager.filter(conflict).annotate(key_of_record=Cast("pk", CharField()))
            found |= Q(object_kind=kind, object_id__in=kept.order_by().values("key_of_record"))
    return found


def _kinds(standing: Standing) -> list[str]:
    """What kinds of record the person's notices are about; asked once in a request."""
    found: list[str] | None = standing.remembered.get("notices.kinds")
    if found is None:
        rows = Notice.objects.filter(user=standing.user.pk).exclude(object_kind="").order_by()
        found = list(rows.values_list("object_kind", flat=True).distinct())
        standing.remembered["notices.kinds"] = found
    return found


register(Ground(Notice, verbs={}, own=_own))
register(Ground(OutgoingMessage, verbs={"view": "outgoing.read"}))
