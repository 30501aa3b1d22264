"""No view without a rule; rights are read once per request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from bureau.access.standing import rights_scope
from bureau.access.views import Rule

# A view that is a function takes what is not POST for GET; other methods are for views that name them.
OF_A_FUNCTION = ("GET", "HEAD", "POST", "OPTIONS")


class RuleMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with rights_scope():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        which = getattr(view, "access_rule", None)
        if not isinstance(which, Rule):
            raise ImproperlyConfigured(f"{view.__module__}.{getattr(view, '__name__', view)} names no rule.")
        if any(isinstance(part, str) and "\x00" in part for part in kwargs.values()):
            raise Http404  # no record has such a key, and PostgreSQL would not even look for it
        if not hasattr(view, "view_class") and request.method not in OF_A_FUNCTION:
            return HttpResponseNotAllowed(OF_A_FUNCTION)
        answer = which.check(request)
        request.principal = which.principal(request)  # type: ignore[attr-defined]
        return answer
