"""Who reads a work page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from bureau.accounts.models import User


def reader(request: HttpRequest) -> User:
    """The signed-in person; the view's rule has seen to it that there is one."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
