"""From JSON to what a form reads: a program is checked by the very form that a person fills in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from bureau.api.faults import Fault

SKIPPED = frozenset({"version"})


class Unfit(ValueError):
    """A value of a shape that the field cannot have; the sentence says which it takes."""


def posted(
    form: forms.BaseForm,
    given: Mapping[str, Any],
    *,
    money: frozenset[str] = frozenset(),
    is_whole: bool = False,
) -> QueryDict:
    """What a browser would send if this unbound form were filled in so.

    What is not given stays as the form shows it; with `is_whole` it is empty. `money`: fields in yuan
    on the page, in fen here. Raises Fault (400) for a field that the form does not have.
    """
    unknown = [name for name in given if name not in form.fields or name in SKIPPED]
    if unknown:
        no_such = _("This field cannot be written here.")
        raise Fault(
            400,
            _("Some fields cannot be written here. Nothing was saved."),
            {name: [no_such] for name in unknown},
        )
    data = QueryDict(mutable=True)
    errors: dict[str, list[str]] = {}
    for name in form.fields:
        if name in SKIPPED:
            continue
        try:
            _put(data, form, name, given, is_money=name in money, is_whole=is_whole)
        except Unfit as error:
            errors[name] = [str(error)]
    if errors:
        raise Fault(422, _("Some values do not fit. Nothing was saved."), errors)
    return data


def _put(
    data: QueryDict,
    form: forms.BaseForm,
    name: str,
    given: Mapping[str, Any],
    *,
    is_money: bool,
    is_whole: bool,
) -> None:
    bound = form[name]
    if name in given:
        value = _money(given[name]) if is_money else _plain(given[name], form.fields[name])
    elif is_whole:
        return
    else:
        value = bound.value()
    _write(data, bound.html_name, bound.field, value)


def _plain(value: Any, field: forms.Field) -> Any:
    """A value as it was read may be sent back: {"id": 5, "text": …} stands for 5."""
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        if value is not None and not isinstance(value, list):
            raise Unfit(_("Send a list."))
        return [_one(part) for part in value or []]
    value = _one(value)
    if type(field) is forms.BooleanField and not isinstance(value, bool | None):
        raise Unfit(_("Send true or false."))
    if isinstance(value, bool) and not isinstance(
        field, forms.BooleanField | forms.NullBooleanField | forms.TypedChoiceField
    ):
        raise Unfit(_("Send a text or a number."))
    return value


def _one(value: Any) -> Any:
    if isinstance(value, dict):
        value = value.get("id", value.get("value"))
    if isinstance(value, dict | list):
        raise Unfit(_("Send one value."))
    return value


def _money(value: Any) -> Any:
    """{"fen": 1250} → the 12.50 that a person would type."""
    if value is None:
        return None
    fen = value.get("fen") if isinstance(value, dict) else None
    if not isinstance(fen, int) or isinstance(fen, bool):
        raise Unfit(_('Send an amount as {"fen": 1250}, in whole fen.'))
    return str(Decimal(fen) / 100)


def _write(data: QueryDict, name: str, field: forms.Field, value: Any) -> None:
    widget = field.widget
    if isinstance(widget, forms.MultiWidget):
        boxes: Any = widget
        for ending, part in zip(boxes.widgets_names, boxes.decompress(_day(value)), strict=True):
            data[f"{name}{ending}"] = "" if part is None else str(part)
    elif isinstance(widget, forms.CheckboxInput):
        if value:
            data[name] = "on"
    elif isinstance(value, list | tuple):
        data.setlist(name, [str(part) for part in value])
    elif value is not None:
        data[name] = str(value)


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value or None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unfit(_("Send the day as 2026-06-09.")) from None
