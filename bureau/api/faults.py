"""Refusals in one shape: {"detail": sentence, "errors": {field: [sentences]}}, in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from bureau.public import errors as pages


class Fault(Exception):
    """An answer other than success. `more`: further keys of the answer, such as the present state."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Mapping[str, Sequence[str]] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.code = status
        self.body = {"detail": detail, "errors": {name: list(said) for name, said in (errors or {}).items()}}
        self.body.update(more)


def answer(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """REST_FRAMEWORK["EXCEPTION_HANDLER"]. None: a fault of ours, which Django turns into a 500 or 503."""
    if isinstance(error, Fault):
        return Response(error.body, status=error.code)
    status = _status(error)
    if status is None:
        return None
    request = context["request"]._request
    return pages.as_json(request, status, _reason(error, request))


def _status(error: Exception) -> int | None:
    if isinstance(error, Http404):
        return 404
    if isinstance(error, PermissionDenied):
        return 403
    if isinstance(error, BadRequest | SuspiciousOperation):
        return 400
    return error.status_code if isinstance(error, exceptions.APIException) else None


def _reason(error: Exception, request: HttpRequest) -> str:
    """The reason in words where the refusal gave one; what does not exist never gives one."""
    if isinstance(error, PermissionDenied | BadRequest):
        return str(error)
    if isinstance(error, exceptions.MethodNotAllowed):
        return _("This address does not take %(method)s.") % {"method": request.method}
    if isinstance(error, exceptions.UnsupportedMediaType):
        return _("Send JSON: Content-Type: application/json.")
    if isinstance(error, exceptions.NotAcceptable):
        return _("This address answers in JSON only.")
    return ""
