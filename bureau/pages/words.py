"""What was chosen or typed in a field, as the reader knows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bureau import money


def in_words(field: forms.Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(field, money.YuanField):
        return money.shown(value)
    if isinstance(value, slice):
        return f"{value.start or '…'} – {value.stop or '…'}"
    if isinstance(value, list | tuple | QuerySet):
        return _(", ").join(in_words(field, one) for one in value)
    null_label = getattr(field, "null_label", None)
    if null_label is not None and value == getattr(field, "null_value", ""):
        return str(null_label)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = getattr(field, "choices", None)
    if choices is not None and not isinstance(field, forms.ModelChoiceField):
        return str(dict(_flat(choices)).get(str(value), value))
    return str(value)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(key), label
