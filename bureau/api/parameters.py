"""What stands in addresses and headers: filters, order, place, version."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django_filters import filters as kinds

from bureau.api.resources import Resource
from bureau.api.shapes import Schema
from bureau.pages import paging
from bureau.pages.filters import parts
from bureau.pages.pagesets import PageSet
from bureau.pages.tables import field_of

RANGES = (kinds.RangeFilter, kinds.DateFromToRangeFilter)


def KEY() -> Schema:  # noqa: N802 - a constant but for its language
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}


def FILE() -> Schema:  # noqa: N802
    return {"name": "file", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}


def IF_MATCH() -> Schema:  # noqa: N802
    return _header("If-Match", _("The version that you read, as the header ETag gave it."))


def IDEMPOTENCY() -> Schema:  # noqa: N802
    return _header(
        "Idempotency-Key", _("Your own name for this request. Sent twice, it is done once."), most=200
    )


def _header(name: str, description: str, *, most: int = 100) -> Schema:
    schema = {"type": "string", "maxLength": most, "pattern": "^[ -~]*$"}
    return {"name": name, "in": "header", "description": description, "schema": schema}


def of_list(resource: Resource) -> list[Schema]:
    """Search, tab, order, page, and the filters of every workspace in which the list stands."""
    found: dict[str, Schema] = {}
    for pageset in resource.pagesets.values():
        for one in (*_own(pageset), *_filters(pageset)):
            found.setdefault(one["name"], one)
    return list(found.values())


def _own(pageset: PageSet) -> list[Schema]:
    sorts = [column.name for column in pageset.columns if column.order_fields]
    found = (
        [_query("q", str(pageset.search_label or _("Search")), {"type": "string"})] if pageset.search else []
    )
    if pageset.tabs:
        field: Any = field_of(pageset.model, pageset.tabs.field)
        values = list(pageset.tabs.only or dict(field.flatchoices))
        found.append(_query("tab", str(field.verbose_name), {"type": "string", "enum": values}))
    if sorts:
        both = [*sorts, *(f"-{name}" for name in sorts)]
        found.append(_query("sort", _("Order; with “-” backwards."), {"type": "string", "enum": both}))
    found.append(_query("per", _("Rows of one page."), {"type": "integer", "enum": list(paging.SIZES)}))
    found.append(_query("after", _("Taken from “next”."), {"type": "integer", "minimum": 1}))
    return found


def _filters(pageset: PageSet) -> list[Schema]:
    """From the declarations alone: a filter made for a person would read its choices from the database."""
    declared = getattr(pageset.filters, "base_filters", {})
    return [
        _query(part, _label(pageset, name, one), _schema(one))
        for name, one in declared.items()
        for part in (parts(name, deepcopy(one).field) if isinstance(one, RANGES) else [name])
    ]


def _label(pageset: PageSet, name: str, one: Any) -> str:
    field = field_of(pageset.model, one.field_name)
    return str(one._label or (field.verbose_name if field is not None else name))


def _schema(one: Any) -> Schema:
    choices = one.extra.get("choices") if type(one) is kinds.ChoiceFilter else None
    choices = choices() if callable(choices) else choices
    return {"type": "string", "enum": [value for value, _label in choices]} if choices else {"type": "string"}


def flat(field: forms.ChoiceField) -> list[Any]:
    """The values of a choice, those in groups as well."""
    found: list[Any] = []
    choices: Any = field.choices
    for value, label in choices:
        found += [each for each, _label in label] if isinstance(label, list | tuple) else [value]
    return found


def _query(name: str, description: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}
