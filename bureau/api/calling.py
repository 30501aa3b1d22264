"""What REST framework asks of every call: who it is, and whether a rule has let it in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from bureau.accounts.models import User
from bureau.api.access import SAFE, token_of


class Caller(BaseAuthentication):
    """The person whom the rule of the view has let in. A browser's session needs the CSRF token to write."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        plain: HttpRequest = request._request
        user = getattr(plain, "principal", None)
        if not isinstance(user, User):
            return None
        token = token_of(plain)
        if token is None and plain.method not in SAFE:
            _check_csrf(plain)
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _check_csrf(request: HttpRequest) -> None:
    check = CSRFCheck(lambda request: None)  # type: ignore[arg-type]
    check.process_request(request)
    if check.process_view(request, None, (), {}):  # type: ignore[arg-type]
        raise PermissionDenied(_("A browser sends its CSRF token along: X-CSRFToken. Nothing was saved."))


class Named(BasePermission):
    """Nobody comes in past a rule; REST framework's own default, so that a forgotten view denies."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User)
