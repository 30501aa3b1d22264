"""Fields of the school record: who owns them, their stored value, their value in words."""

from __future__ import annotations

from typing import Any

from bureau.proposals import values
from bureau.proposals.values import raw, to_raw
from schools.choices import FieldOwner
from schools.models import FieldOwnership, School

__all__ = ["EDITABLE", "MOVES_RIGHTS", "field_label", "kept_by_school", "parsed", "raw", "shown", "to_raw"]

# What one may change at all. Status, stages and the closing day follow from the lifecycle.
EDITABLE = (
    "code",
    "name_zh",
    "name",
    "former_names",
    "school_type",
    "organiser",
    "is_private",
    "area_class",
    "district",
    "managed_by",
    "township",
    "address",
    "longitude",
    "latitude",
    "credit_code",
    "founded_on",
)
# Changing one of these may move the school from one remit to another.
MOVES_RIGHTS = frozenset({"school_type", "is_private", "district", "managed_by", "organiser"})


def kept_by_school() -> frozenset[str]:
    """Fields that a school changes at once; all others belong to the section of its stage."""
    rows = FieldOwnership.objects.filter(owner=FieldOwner.SCHOOL)
    return frozenset(rows.values_list("field", flat=True))


def field_label(name: str) -> str:
    return values.label_of(School, name)


def parsed(name: str, text: str) -> Any:
    """The value that `raw` stood for. ValidationError where it cannot be read or no longer exists."""
    return values.parsed(School, name, text)


def shown(name: str, text: str) -> str:
    """A stored value in the reader's words; it never fails, what is gone is shown as stored."""
    return values.shown(School, name, text)
