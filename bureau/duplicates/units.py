"""Where a merged record was a unit: what is open there goes to the unit of the record that stays."""

from __future__ import annotations

from collections import defaultdict

from django.utils import timezone

from bureau.access.unit_owned import FOLLOW_UPS, UNIT_OWNED, UnitOwned, move_records
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit


def end_unit(*, unit: Unit, into: Unit, by: Principal) -> None:
    """The unit ends and its open records go on elsewhere. Its people keep no access: a merge appoints nobody."""
    moved: dict[str, set[int]] = defaultdict(set)
    for owned in UNIT_OWNED:
        ids = set() if owned.capability else _open(owned, unit)
        if ids:
            move_records(owned, sorted(ids), into, by)
            moved[owned.kind] |= ids
    unit.is_active, unit.ended_on, unit.successor = False, timezone.localdate(), into
    unit.save(update_fields=["is_active", "ended_on", "successor"])
    for follow_up in FOLLOW_UPS:
        follow_up(moved)


def _open(owned: UnitOwned, unit: Unit) -> set[int]:
    rows = owned.model._default_manager.filter(owned.is_open, **{owned.field: unit})
    return set(rows.values_list("pk", flat=True))
