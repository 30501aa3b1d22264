"""The language of a request, and the headers that every answer carries."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from bureau.accounts.models import User
from bureau.public import languages

WORK_AREAS = ("/desk/", "/school/", "/account/", "/styleguide/")
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def language_of(request: HttpRequest) -> str:
    """Public addresses carry it; work areas follow the person's setting; the rest the remembered choice."""
    in_path = languages.of_path(request.path_info)
    if in_path:
        return in_path
    if request.path_info.startswith(WORK_AREAS):
        user = getattr(request, "user", None)
        if isinstance(user, User):
            return user.language if user.language in languages.PREFIXES else languages.remembered(request)
    return languages.remembered(request)


class LanguageMiddleware:
    """Stands after the sign-in middleware, whose user it asks in work areas only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = language_of(request)
        translation.activate(code)
        request.LANGUAGE_CODE = code
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", languages.HTML_LANG[code])
        if languages.of_path(request.path_info) is None:
            patch_vary_headers(response, ("Accept-Language",))
        return response


class HeadersMiddleware:
    """What the security policy asks of every answer beyond Django's own headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        # Care and dark mode stand in a cookie, so every page differs by it.
        patch_vary_headers(response, ("Cookie",))
        if request.path_info.startswith((*WORK_AREAS, "/api/")):
            response.headers["Cache-Control"] = "no-store, private"
        return response
