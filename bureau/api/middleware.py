"""The token of a request, before any transaction of the request: counts and the day of use must last."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bureau.accounts import limits, sender
from bureau.api import services
from bureau.api.access import not_signed_in
from bureau.api.models import ApiToken
from bureau.public import errors

A_MINUTE = timedelta(minutes=1)


class TokenMiddleware:
    """Makes a token's owner the person of the request, under /api/ alone. A wrong token gets no further."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        header = request.headers.get("Authorization", "")
        if header and request.path_info.startswith(errors.API):
            refusal = self._enter(request, header)
            if refusal is not None:
                return refusal
        return self.get_response(request)

    def _enter(self, request: HttpRequest, header: str) -> HttpResponse | None:
        scheme, _space, text = header.partition(" ")
        token = services.token_by_text(text.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            return _wrong(request)
        if not limits.spend("api.token", str(token.pk), limit=settings.API_CALLS_PER_MINUTE, window=A_MINUTE):
            return errors.too_many(request, _seconds(token))
        services.note_use(token)
        request.user = token.owner
        request.api_token = token  # type: ignore[attr-defined]
        return None


def _seconds(token: ApiToken) -> int:
    left = limits.wait("api.token", str(token.pk), limit=settings.API_CALLS_PER_MINUTE, window=A_MINUTE)
    return max(1, math.ceil(left.total_seconds()))


def _wrong(request: HttpRequest) -> HttpResponse:
    """Guessing at tokens and guessing at passwords empty one bucket per sender."""
    key, most = sender.network(request), settings.SIGN_IN_TRIES_PER_SENDER
    window = timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES)
    if limits.spend("sign_in.sender", key, limit=most, window=window):
        return not_signed_in(request)
    left = limits.wait("sign_in.sender", key, limit=most, window=window)
    return errors.too_many(request, max(1, math.ceil(left.total_seconds())))
