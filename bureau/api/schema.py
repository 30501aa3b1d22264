"""The OpenAPI description, drawn from the same declarations as the answers."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.api import beside_schema, components, parameters
from bureau.api.beside import BesideView
from bureau.api.components import body, ref
from bureau.api.operations import Operation, faults, gone, of, sent, with_tag
from bureau.api.resources import Resource
from bureau.api.shapes import Schema
from bureau.api.views import ApiView, DetailView, ListView, RecordsView, RootView, StepView

SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]


class ApiSchema(AutoSchema):
    """Asks our own description instead of guessing from serializers, which there are none of."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> Any:
        found = operation(self.view, method.upper())
        if found is None:
            return None
        return {**found, "security": SECURITY}


class SchemaView(ApiView):
    """GET the description of this interface (OpenAPI 3.1), in the caller's language."""

    def get(self, request: Request) -> Response:
        return Response(described())


def described() -> dict[str, Any]:
    """The whole description in the active language."""
    return _described(get_language() or "")


@cache
def _described(language: str) -> dict[str, Any]:
    """Made once per language and process: it follows from declarations alone, never from data."""
    found: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return found


def operation(view: Any, method: str) -> Operation | None:
    if isinstance(view, ListView):
        return _list(view.resource) if method == "GET" else _add(view.resource)
    if isinstance(view, DetailView):
        return _detail(view.resource) if method == "GET" else _change(view.resource, method)
    if isinstance(view, StepView):
        return _step(view)
    if isinstance(view, BesideView):
        return beside_schema.operation(view, method)
    if isinstance(view, RootView):
        return _plain("root", _("What there is"), ref("Root"))
    if isinstance(view, SchemaView):
        return _plain("schema", _("This description"), {"type": "object"})
    return None


def _plain(name: str, summary: str, schema: Schema) -> Operation:
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["api"],
        "responses": {"200": body(summary, schema), **faults(401, 403, 429)},
    }


def _list(resource: Resource) -> Operation:
    found = of(
        resource,
        "list",
        _("List: %(kind)s") % {"kind": resource.first.heading},
        {
            "200": body(_("One page of the list."), ref(f"{resource.component}.list")),
            **faults(400, 401, 403, 429),
        },
    )
    return {
        **found,
        "description": _(
            "The rows that you see on the page of this list, with the same masks. "
            "Follow “next” until it is null."
        ),
        "parameters": parameters.of_list(resource),
    }


def _add(resource: Resource) -> Operation | None:
    if not resource.can_add:
        return None
    created = {
        **body(_("The new record."), ref(resource.component)),
        "headers": {"Location": {"schema": {"type": "string"}}},
    }
    found = of(
        resource,
        "add",
        _("Add: %(kind)s") % {"kind": resource.first.one},
        {"201": created, "204": gone(), **faults(400, 401, 403, 409, 413, 415, 422, 429)},
    )
    return {
        **found,
        "description": _(
            "Checked by the form of the page. Fields that are not sent stay as the form shows them."
        ),
        "parameters": [parameters.IDEMPOTENCY()],
        "requestBody": sent(f"{resource.component}.new"),
    }


def _detail(resource: Resource) -> Operation:
    found = of(
        resource,
        "detail",
        _("One record: %(kind)s") % {"kind": resource.first.one},
        {"200": with_tag(resource), **faults(401, 403, 404, 429)},
    )
    return {
        **found,
        "description": _("What the page of the record shows to you. What is not yours is not found."),
        "parameters": [parameters.KEY()],
    }


def _change(resource: Resource, method: str) -> Operation | None:
    if not resource.can_change:
        return None
    is_whole = method == "PUT"
    found = of(
        resource,
        "replace" if is_whole else "change",
        (_("Replace all fields: %(kind)s") if is_whole else _("Change some fields: %(kind)s"))
        % {"kind": resource.first.one},
        {
            "200": with_tag(resource),
            "204": gone(),
            "409": body(
                _("Somebody changed it meanwhile; the present state comes along."),
                ref(f"{resource.component}.conflict"),
            ),
            **faults(400, 401, 403, 404, 413, 415, 422, 428, 429),
        },
    )
    return {
        **found,
        "description": _(
            "Say with If-Match which version you read: nobody overwrites another's change unseen."
        ),
        "parameters": [parameters.KEY(), parameters.IF_MATCH()],
        "requestBody": sent(f"{resource.component}.change"),
    }


def _step(view: StepView) -> Operation:
    resource, step = view.resource, view.step
    found = of(
        resource,
        f"step_{step.name}",
        str(step.label),
        {
            "200": with_tag(resource),
            "204": gone(),
            "409": body(
                _("Not possible from the present status, or changed meanwhile."),
                ref(f"{resource.component}.conflict"),
            ),
            **faults(400, 401, 403, 404, 413, 415, 422, 429),
        },
    )
    return {
        **found,
        "description": str(step.confirm or _("One step in the life of the record.")),
        "parameters": [parameters.KEY(), parameters.IF_MATCH(), parameters.IDEMPOTENCY()],
        "requestBody": sent(f"{resource.component}.step.{step.name}"),
    }


def with_components(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Hook of drf-spectacular: the schemas to which the operations refer."""
    found = result.setdefault("components", {})
    found["schemas"] = components.schemas() | beside_schema.schemas()
    found["securitySchemes"] = components.security()
    result["info"]["description"] = _(
        "The registers for other programs, with the rights of the person behind the token."
    )
    return result


__all__ = ["ApiSchema", "RecordsView", "SchemaView", "described", "with_components"]
