"""Error pages: whole pages in house style, without token, nonce, path or request id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.public import languages, redirects
from bureau.public.context import shell
from bureau.public.middleware import language_of
from bureau.public.selectors import bureau_name

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
# Beneath it programs call: they get JSON.
API = "/api/"


@dataclass(frozen=True)
class Fault:
    title: str | Promise
    sentence: str | Promise
    advice: str | Promise
    asks_database: bool = True


FAULTS = {
    400: Fault(
        _("The portal did not understand this request"),
        _("Something in the address or in what was sent is not as it should be."),
        _("Go back, check what you typed and try again."),
    ),
    403: Fault(
        _("You may not do this"),
        _("The page exists, but it is not open to you."),
        _("If your work needs it, ask the person who manages accounts in your unit."),
    ),
    404: Fault(
        _("Page not found"),
        _("There is no page at this address, or it is not open to you."),
        _("Check the address, or begin again at the home page."),
    ),
    405: Fault(
        _("This cannot be done at this address"),
        _("The page exists, but not for what was sent to it. Nothing was saved."),
        _("Open the page again from its menu or list, and use the buttons on it."),
    ),
    410: Fault(
        _("This page is no longer here"),
        _("It was removed and will not come back."),
        _("Begin again at the home page."),
    ),
    413: Fault(
        _("Too much was sent at once"),
        _("What you sent is larger than the portal takes in. Nothing of it was saved."),
        _("Go back and send smaller files, or fewer of them."),
    ),
    429: Fault(
        _("Too many tries"),
        _("This was tried too often in a short time."),
        _("Wait a while and try again. Nothing that you sent before is lost."),
    ),
    500: Fault(
        _("Something went wrong on our side"),
        _("The fault has been recorded. It was not caused by what you did."),
        _("Try again in a few minutes. If it happens again, tell us what you were doing."),
        asks_database=False,
    ),
    503: Fault(
        _("The portal is busy"),
        _("It cannot take this in at the moment."),
        _("Wait a moment and send it again."),
        asks_database=False,
    ),
}

CSRF = Fault(
    _("The form was not accepted"),
    _("It was open for a long time, or your browser refuses cookies. Nothing was saved."),
    _("Go back, load the page again and send the form once more."),
)


def page(
    request: HttpRequest,
    status: int,
    *,
    fault: Fault | None = None,
    reason: str = "",
    template: str = "errors/page.html",
    **more: object,
) -> HttpResponse:
    """One error page. The same request language and status always give the same bytes."""
    if request.path_info.startswith(API):
        return as_json(request, status, reason, fault=fault)
    fault = fault or FAULTS[status]
    code = language_of(request)
    with translation.override(code):
        context = {
            **shell(request, here=f"/{languages.PREFIXES[code]}/"),
            "bureau_name": _name(fault),
            "fault": fault,
            "reason": reason,
            "status": status,
            **more,
        }
        content = render_to_string(template, context)
    response = HttpResponse(content, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = languages.HTML_LANG[code]
    return response


def as_json(
    request: HttpRequest, status: int, reason: str = "", *, fault: Fault | None = None
) -> HttpResponse:
    """The same for a program: {"detail", "errors"}. Where no reason is given, the sentence of the page."""
    code = language_of(request)
    with translation.override(code):
        fault = fault or FAULTS.get(status, FAULTS[400])
        body = {"detail": reason or str(fault.sentence), "errors": {}}
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Content-Language"] = languages.HTML_LANG[code]
    return response


class NotAllowedMiddleware:
    """Django answers a wrong method with an empty page; a person gets words, and a program the same header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        answer = page(request, 405)
        answer.headers["Allow"] = response.headers["Allow"]
        return answer


def _name(fault: Fault) -> str:
    if not fault.asks_database:
        return translation.gettext("Education Bureau")
    try:
        return bureau_name()
    except DatabaseError:
        return translation.gettext("Education Bureau")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 for a body that was too long and was not read."""
    return page(request, 413 if isinstance(exception, TOO_MUCH) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 with the reason in words, where the refusal gave one."""
    with translation.override(language_of(request)):
        reason = str(exception) if exception is not None else ""
    return page(request, 403, reason=reason)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same for what is not yours and for what does not exist: the exception is not looked at.

    An address of an earlier site leads to where its page is now.
    """
    row = redirects.moved(request)
    if row is not None:
        return redirects.answer(row) if row.target else gone(request)
    return page(request, 404)


def gone(request: HttpRequest) -> HttpResponse:
    return page(request, 410)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    response = page(request, 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, 500)


def unavailable(request: HttpRequest, seconds: int = 5) -> HttpResponse:
    response = page(request, 503)
    response.headers["Retry-After"] = str(seconds)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's own page names tokens and settings; ours says what to do."""
    return page(request, 403, fault=CSRF)
