"""Refusals of a request reach the audit once its transactions are over."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from bureau.audit import refusals


class RefusalMiddleware:
    """Writes what was noted during the request, and what a signed-in person was refused without a note.

    Outside every middleware that opens a transaction. Holds view names and keys, never addresses or values.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with refusals.collected() as noted:
            response = self.get_response(request)
            if not noted:
                _note_status(request, response.status_code)
        return response


def _note_status(request: HttpRequest, status: int) -> None:
    """403 to a signed-in person; 404 too where a record was asked for by its key."""
    match = request.resolver_match
    if status not in (403, 404):
        return  # a public page must not make the session be read
    user = getattr(request, "user", None)
    if match is None or user is None or not user.is_authenticated:
        return
    if status == 403 or (status == 404 and "pk" in match.kwargs):
        detail = {"view": match.view_name, "method": request.method, "pk": str(match.kwargs.get("pk", ""))}
        refusals.note("access.refused", by=user, detail=detail)
