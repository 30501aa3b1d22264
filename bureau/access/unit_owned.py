"""Records that belong to a unit and move when the bureau is reorganised; their apps register them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Model, Q

from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.registry import Registry

Mover = Callable[[Sequence[int], Unit, Principal], None]


@dataclass(frozen=True)
class UnitOwned:
    """A field with a unit. Open records move; closed ones keep the unit they were closed in.

    `capability`: the field holds the unit that has this capability: it goes to the new holder, not by unit;
    `school` is then the path to the record's school ("" where it has none).
    `move(ids, unit, by)`: writes the new unit when an update of the field is not enough.
    """

    model: type[Model]
    field: str
    is_open: Q
    move: Mover | None = None
    capability: str = ""
    school: str = ""

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower


UNIT_OWNED: Registry[UnitOwned] = Registry("records that belong to a unit")
# Called once in the transaction of a load: kind of record → ids that moved. The inbox is drawn anew from it.
FollowUp = Callable[[Mapping[str, set[int]]], None]
FOLLOW_UPS: Registry[FollowUp] = Registry("what follows a reorganisation")


def register(owned: UnitOwned) -> UnitOwned:
    return UNIT_OWNED.add(f"{owned.kind}.{owned.field}", owned)


def follow_up(name: str, call: FollowUp) -> FollowUp:
    return FOLLOW_UPS.add(name, call)


def move_records(owned: UnitOwned, ids: Sequence[int], unit: Unit, by: Principal) -> None:
    if owned.move is not None:
        owned.move(ids, unit, by)
        return
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        owned.model._default_manager.filter(pk__in=chunk).update(**{owned.field: unit})
