"""The named schemas of the description: what is read, what is written, and the shapes that all share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bureau.api.parameters import flat
from bureau.api.reading import name_of
from bureau.api.resources import Resource, fact_columns, list_shapes, related_of, resources, shape
from bureau.api.shapes import Schema, nullable
from bureau.api.writing import money_of
from bureau.money import YuanField
from bureau.pages.acts import reason_field
from bureau.pages.pagesets import PageSet
from bureau.workflow.declare import Transition


def ref(component: str) -> Schema:
    return {"$ref": f"#/components/schemas/{component}"}


def body(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def security() -> dict[str, Schema]:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": _("A personal token, made under /account/tokens/."),
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": _("A signed-in browser; what writes needs X-CSRFToken."),
        },
    }


def schemas() -> dict[str, Schema]:
    found = shared()
    for resource in resources():
        found |= of_resource(resource)
    return found


def shared() -> dict[str, Schema]:
    text = {"type": "string"}
    return {
        "Fault": {
            "type": "object",
            "properties": {
                "detail": text,
                "errors": {"type": "object", "additionalProperties": {"type": "array", "items": text}},
            },
            "required": ["detail", "errors"],
        },
        "Reference": thing({"id": {"type": ["integer", "string"]}, "text": text}),
        "Name": thing({"text": text}),
        "Money": thing(
            {"fen": {"type": "integer"}, "text": {**text, "description": _("In yuan, for reading.")}}
        ),
        "Amount": {"type": "object", "properties": {"fen": {"type": "integer"}}, "required": ["fen"]},
        "Root": {
            "type": "object",
            "properties": {
                "resources": {"type": "array", "items": thing({"name": text, "title": text, "url": text})},
                "schema": text,
                "docs": text,
            },
        },
    }


def thing(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def of_resource(resource: Resource) -> dict[str, Schema]:
    name = resource.component
    found = {
        name: whole(resource),
        f"{name}.row": row(resource),
        f"{name}.list": {
            "type": "object",
            "properties": {
                "results": {"type": "array", "items": ref(f"{name}.row")},
                "next": {
                    "type": ["string", "null"],
                    "description": _("Where the next page is; null at the end."),
                },
            },
            "required": ["results", "next"],
        },
        f"{name}.conflict": {
            "allOf": [ref("Fault"), {"type": "object", "properties": {"current": ref(name)}}]
        },
    }
    if resource.can_add:
        found[f"{name}.new"] = written(resource, "add_form")
    if resource.can_change:
        found[f"{name}.change"] = written(resource, "form")
    for step in resource.steps:
        fields = step_fields(step)
        properties = _properties(fields, frozenset(_money(resource.first, fields)))
        found[f"{name}.step.{step.name}"] = with_version(properties, [])
    return found


# --- what is read ---------------------------------------------------------------------------------


def _own() -> Schema:
    version = {
        "type": "string",
        "description": _("Which state this is; send it back when you change the record."),
    }
    return {"id": {"type": "integer"}, "version": version}


def row(resource: Resource) -> Schema:
    """One line of the list, in whichever workspace."""
    properties = _own()
    for pageset in resource.pagesets.values():
        properties |= {one.name: one.schema() for one in list_shapes(pageset)}
    return {"type": "object", "properties": properties, "required": ["id", "version"]}


def whole(resource: Resource) -> Schema:
    properties: Schema = dict(row(resource)["properties"])
    for pageset in resource.pagesets.values():
        shapes = [shape(pageset, column) for column in fact_columns(pageset)]
        properties |= {one.name: one.schema() for one in shapes}
        if related_of(pageset):
            properties["related"] = {"type": "object", "properties": _related(pageset)}
    properties |= {one.name: dict(one.schema) for one in resource.extras}
    if resource.steps:
        names = [one.name for one in resource.steps]
        properties["steps"] = {
            "type": "array",
            "items": {"type": "string", "enum": names},
            "description": _("What you may do with it now."),
        }
    return {"type": "object", "properties": properties, "required": ["id", "version"]}


def _related(pageset: PageSet) -> Schema:
    found: Schema = {}
    for panel in related_of(pageset):
        shapes = [shape(pageset, column, model=panel.model) for column in panel.columns]
        columns = {"id": {"type": "integer"}, **{one.name: one.schema() for one in shapes}}
        rows = {"type": "array", "items": {"type": "object", "properties": columns}}
        more = {"type": "integer", "description": _("How many more there are.")}
        found[name_of(panel)] = {**thing({"rows": rows, "more": more}), "title": str(panel.title)}
    return found


# --- what is written ------------------------------------------------------------------------------


def written(resource: Resource, kind: str) -> Schema:
    """The fields of the page's form, of every workspace; compulsory where each of them asks for it."""
    properties: Schema = {}
    needed: list[set[str]] = []
    for pageset in resource.pagesets.values():
        cls = getattr(pageset, kind)
        if cls is None:
            continue
        fields = {name: field for name, field in cls.base_fields.items() if name != "version"}
        properties |= _properties(fields, frozenset(_money(pageset, fields)))
        needed.append({name for name, field in fields.items() if field.required and field.initial is None})
    required = sorted(set.intersection(*needed)) if kind == "add_form" else []
    return with_version(properties, required)


def with_version(properties: Schema, required: list[str]) -> Schema:
    version = {"type": "string", "description": _("Instead of the header If-Match.")}
    found: Schema = {"type": "object", "properties": {**properties, "version": version}}
    return {**found, "required": required} if required else found


def _money(pageset: PageSet, fields: Any) -> Iterable[str]:
    form = forms.Form()
    form.fields = dict(fields)
    return money_of(pageset, form)


def step_fields(step: Transition) -> dict[str, forms.Field]:
    """What the form of a step declares, and the reason; nothing is read from the database."""
    found = dict(getattr(step.form, "base_fields", {}))
    if step.reason != "no":
        found.setdefault("reason", reason_field(step))
    return {name: field for name, field in found.items() if name != "version"}


def _properties(fields: Any, money: frozenset[str]) -> Schema:
    return {name: _field(field, name in money) for name, field in fields.items()}


def _field(field: forms.Field, is_money: bool) -> Schema:
    found = ref("Amount") if is_money or isinstance(field, YuanField) else _kind(field)
    if not field.required and "enum" not in found and found.get("type") != "boolean":
        found = nullable(found)
    words = {"title": str(field.label or ""), "description": str(field.help_text or "")}
    return {**found, **{name: text for name, text in words.items() if text}}


def _kind(field: forms.Field) -> Schema:
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        return {"type": "array", "items": {"type": ["integer", "string"]}}
    if isinstance(field, forms.ModelChoiceField):
        return {"oneOf": [{"type": ["integer", "string"]}, ref("Reference")]}
    if isinstance(field, forms.ChoiceField):
        return {"enum": [value for value in flat(field) if value != "" or not field.required]}
    if type(field) is forms.BooleanField:
        return {"type": "boolean"}
    return _plain(field)


def _plain(field: forms.Field) -> Schema:
    from bureau.pages.forms import DatePartsField

    if isinstance(field, forms.DateField | DatePartsField):
        return {"type": "string", "format": "date"}
    if isinstance(field, forms.DateTimeField):
        return {"type": "string", "format": "date-time"}
    if isinstance(field, forms.DecimalField | forms.FloatField):
        return {"type": ["number", "string"]}
    if isinstance(field, forms.IntegerField):
        limits = {"minimum": field.min_value, "maximum": field.max_value}
        return {"type": "integer", **{name: value for name, value in limits.items() if value is not None}}
    longest = getattr(field, "max_length", None)
    return {"type": "string", "maxLength": longest} if longest else {"type": "string"}
