"""Which units another unit manages: a district its schools."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from bureau.charter.choices import UnitKind
from bureau.charter.models import Unit


def managed_units(unit_ids: Iterable[int]) -> QuerySet[Unit]:
    """The schools under these units; the register keeps each school's unit under whoever manages it."""
    return Unit.objects.filter(kind=UnitKind.SCHOOL, parent_id__in=list(unit_ids))
