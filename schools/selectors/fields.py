"""Fields of the school record: who owns them, their stored value, their value in words."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from schools.choices import FieldOwner
from schools.models import FieldOwnership, School

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
    return str(_field(name).verbose_name)


def raw(school: School, name: str) -> str:
    """The stored value of a field as text: a foreign key as its id, nothing as the empty string."""
    return to_raw(getattr(school, _field(name).attname))


def to_raw(value: Any) -> str:
    """Any cleaned value as text: a record as its id, a date in ISO form, no value as the empty string."""
    if isinstance(value, models.Model):
        value = value.pk
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)


def parsed(name: str, text: str) -> Any:
    """The value that `raw` stood for. ValidationError where it cannot be read or no longer exists."""
    field = _field(name)
    if isinstance(field, models.BooleanField):
        return text == "1"
    if isinstance(field, models.ForeignKey):
        return _row(field, text)
    if text == "":
        return None if field.null else ""
    return field.to_python(text)


def shown(name: str, text: str) -> str:
    """A stored value in the reader's words; it never fails, what is gone is shown as stored."""
    field = _field(name)
    if isinstance(field, models.BooleanField):
        return _("yes") if text == "1" else _("no")
    try:
        value = parsed(name, text)
    except ValidationError:
        return text
    if value is None or value == "":
        return _("(empty)")
    return date_format(value) if isinstance(field, models.DateField) else str(value)


def _row(field: models.ForeignKey[Any, Any], text: str) -> models.Model:
    related: Any = field.related_model
    found: models.Model | None = related._default_manager.filter(pk=text).first() if text else None
    if found is None:
        raise ValidationError(_("This entry of the list no longer exists. Choose another."))
    return found


def _field(name: str) -> models.Field[Any, Any]:
    return cast("models.Field[Any, Any]", School._meta.get_field(name))
