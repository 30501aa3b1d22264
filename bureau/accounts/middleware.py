"""The signed-in person, as long as his or her session holds."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from bureau.accounts import device, visits
from bureau.accounts.models import User


class VisitMiddleware:
    """Makes `request.user` forget a session that ran out, was ended or belongs to an older epoch.

    Lazily: a public page that never asks for the user reads no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        looked: list[User] = []

        def person() -> object:
            user = visits.person(request)
            if isinstance(user, User):
                looked.append(user)
            return user

        request.user = SimpleLazyObject(person)  # type: ignore[assignment]
        response = self.get_response(request)
        if looked and request.user.is_authenticated:
            device.remember(request, response, looked[0])
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
