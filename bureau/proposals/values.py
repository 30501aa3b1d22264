"""A field's value as stored text, and that text in words."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def field_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    return cast("models.Field[Any, Any]", model._meta.get_field(name))


def label_of(model: type[models.Model], name: str) -> str:
    return str(field_of(model, name).verbose_name)


def raw(record: models.Model, name: str) -> str:
    """The stored value of a field as text: a foreign key as its id, nothing as the empty string."""
    return to_raw(getattr(record, field_of(type(record), name).attname))


def to_raw(value: Any) -> str:
    """Any cleaned value as text: a record as its id, a date in ISO form, no value as the empty string."""
    if isinstance(value, models.Model):
        value = value.pk
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)


def parsed(model: type[models.Model], name: str, text: str) -> Any:
    """The value that `raw` stood for. ValidationError where it cannot be read or no longer exists."""
    field = field_of(model, name)
    if isinstance(field, models.BooleanField):
        return text == "1"
    if isinstance(field, models.ForeignKey):
        return _row(field, text)
    if text == "":
        return None if field.null else ""
    return field.to_python(text)


def shown(model: type[models.Model], name: str, text: str) -> str:
    """A stored value in the reader's words; it never fails, what is gone is shown as stored."""
    field = field_of(model, name)
    if isinstance(field, models.BooleanField):
        return _("yes") if text == "1" else _("no")
    try:
        value = parsed(model, name, text)
    except ValidationError:
        return text
    if value is None or value == "":
        return _("(empty)")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return date_format(value) if isinstance(field, models.DateField) else str(value)


def _row(field: models.ForeignKey[Any, Any], text: str) -> models.Model | None:
    if text == "" and field.null:
        return None
    related: Any = field.related_model
    found: models.Model | None = related._default_manager.filter(pk=text).first() if text else None
    if found is None:
        raise ValidationError(_("This entry of the list no longer exists. Choose another."))
    return found
