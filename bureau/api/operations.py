"""Parts of operations that many addresses share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bureau.api.components import body, ref
from bureau.api.resources import Resource
from bureau.api.shapes import Schema

Operation = dict[str, Any]


def named(resource: Resource, act: str) -> str:
    return f"{resource.label.replace('.', '_')}_{act}"


def of(resource: Resource, act: str, summary: str, responses: Mapping[str, Any]) -> Operation:
    return {
        "operationId": named(resource, act),
        "summary": summary,
        "tags": [resource.path.rstrip("/")],
        "responses": dict(responses),
    }


def with_tag(resource: Resource) -> Schema:
    """The record, and the header that names its version."""
    return {
        **body(_("The record as it stands."), ref(resource.component)),
        "headers": {"ETag": {"schema": {"type": "string"}}},
    }


def gone() -> Schema:
    return {"description": _("Done; the record is no longer within your reach.")}


def sent(component: str) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": ref(component)}}}


def faults(*statuses: int) -> dict[str, Schema]:
    """The refusals that an address may answer with."""
    words = {
        400: _("The request cannot be understood."),
        401: _("No valid token and no session."),
        403: _("Not for you to do; the reason in words."),
        404: _("There is no such record, or it is not yours."),
        409: _("Not possible in the present state."),
        413: _("More than one request may hold."),
        415: _("Not JSON."),
        422: _("Some values do not fit; each with its sentence."),
        428: _("Without a version."),
        429: _("Too many calls in one minute."),
    }
    return {str(status): body(words[status], ref("Fault")) for status in statuses}
