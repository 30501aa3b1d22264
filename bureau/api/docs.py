"""The description of the interface for people: one page of ours, drawn from the schema, no foreign script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from bureau.access.services import may_on_the_ground
from bureau.access.views import rule
from bureau.accounts.models import User
from bureau.api.access import ApiCaller
from bureau.api.resources import resources
from bureau.api.schema import described
from bureau.api.shapes import Schema


@dataclass(frozen=True)
class Name:
    """A parameter, or a field of an object: what may stand there."""

    name: str
    kind: str
    text: str
    is_needed: bool = False


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    anchor: str
    summary: str
    text: str
    parameters: list[Name]
    sent: list[Name]
    answers: list[tuple[str, str]]


@dataclass
class Chapter:
    """The operations over one kind of record, and the fields that it has."""

    title: str
    anchor: str
    operations: list[Operation] = field(default_factory=list)
    fields: list[Name] = field(default_factory=list)


@rule(ApiCaller())
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Only what is open to the reader, in the reader's own language."""
    me = cast(User, request.principal)  # type: ignore[attr-defined]
    with translation.override(me.language):
        workspace = "desk" if may_on_the_ground(me, "desk.open") else "school"
        context = {"chapters": list(chapters(described(), me)), "workspace": workspace}
        return render(request, "api/docs.html", context)


def chapters(schema: Mapping[str, Any], me: User) -> Iterator[Chapter]:
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            found.setdefault(one["tags"][0], []).append(_operation(path, method, one, schema))
    for resource in resources():
        pageset = resource.pageset_for(me)
        tag = resource.path.rstrip("/")
        if pageset is not None and tag in found:
            fields = _names(_component(schema, resource.component))
            yield Chapter(pageset.heading, tag.replace("/", "-"), found[tag], fields)


def _operation(path: str, method: str, one: Mapping[str, Any], schema: Mapping[str, Any]) -> Operation:
    media: Mapping[str, Any] = one.get("requestBody", {}).get("content", {})
    content: Schema = next((each["schema"] for each in media.values()), {})
    body = _component(schema, _target(content)) if "$ref" in content else content
    return Operation(
        method=method.upper(),
        path=path,
        anchor=one["operationId"],
        summary=one.get("summary", ""),
        text=one.get("description", ""),
        parameters=[_name(part["name"], part["schema"], part) for part in one.get("parameters", [])],
        sent=_names(body),
        answers=[(status, answer["description"]) for status, answer in one["responses"].items()],
    )


def _component(schema: Mapping[str, Any], name: str) -> Schema:
    found: Schema = schema["components"]["schemas"].get(name, {})
    return found


def _target(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _names(schema: Mapping[str, Any]) -> list[Name]:
    needed = schema.get("required", ())
    return [
        _name(name, one, {"required": name in needed}) for name, one in schema.get("properties", {}).items()
    ]


def _name(name: str, schema: Mapping[str, Any], more: Mapping[str, Any]) -> Name:
    words = (schema.get("title"), more.get("description") or schema.get("description"))
    text = " · ".join(str(part) for part in words if part)
    return Name(name, kind_of(schema), text, bool(more.get("required")))


def kind_of(schema: Mapping[str, Any]) -> str:
    """A schema in few words: "string (date)", "open | closed", "Money"."""
    if "$ref" in schema:
        return _target(schema)
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema:
            return " | ".join(kind_of(part) for part in schema[word])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "value" in schema.get("properties", {}):
        return kind_of(schema["properties"]["value"])
    kinds = schema.get("type", "")
    text = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{text} ({schema['format']})" if "format" in schema else text
