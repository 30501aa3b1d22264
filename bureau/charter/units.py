"""Making units: each brings its own group, to which the grants of remits go."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import transaction

from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit

BUREAU_KEY = "bureau"


@transaction.atomic
def create_unit(
    *, key: str, kind: str, name: str, name_zh: str, parent: Unit | None = None, order: int = 0
) -> Unit:
    """A new unit with its group. Raises ValidationError for a key in use."""
    group = Group(name=f"unit:{key}")
    unit = Unit(key=key, kind=kind, name=name, name_zh=name_zh, parent=parent, order=order)
    unit.full_clean(exclude={"group"})
    group.save()
    unit.group = group
    unit.save()
    return unit


def bureau_unit(name: str = "Education Bureau", name_zh: str = "教育局") -> Unit:
    """The root of the tree; made when it is missing."""
    found = Unit.objects.filter(key=BUREAU_KEY).first()
    return found or create_unit(key=BUREAU_KEY, kind=UnitKind.BUREAU, name=name, name_zh=name_zh)


def create_units(units: list[Unit]) -> list[Unit]:
    """Many units at once, unsaved ones with their keys set; the groups come along."""
    groups = Group.objects.bulk_create([Group(name=f"unit:{unit.key}") for unit in units])
    for unit, group in zip(units, groups, strict=True):
        unit.group = group
    return Unit.objects.bulk_create(units)
