"""The short way of a page that may be kept: past everything that finds out who asks.

Such a page is made for PUBLIC and is the same for all. Its view is asked without session, person, messages, token of
a program and their like. The way is short only for an answer 200 that carries nothing of anybody; for every other
the request goes the whole way, as if this one had not been tried.
"""

from __future__ import annotations

from contextlib import nullcontext

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import translation

from bureau import replica
from bureau.access.standing import rights_scope
from bureau.access.views import Open
from bureau.database import snapshot
from bureau.public import languages


def way(request: HttpRequest, match: ResolverMatch, code: str) -> HttpResponse | None:
    """The page by its view alone; None where the view is not open to all, failed or answered anything but 200."""
    rule = getattr(match.func, "access_rule", None)
    if not isinstance(rule, Open):
        return None
    request.resolver_match = match
    request.user = AnonymousUser()
    request.principal = rule.principal(request)  # type: ignore[attr-defined]
    translation.activate(code)
    request.LANGUAGE_CODE = code
    moment = snapshot() if getattr(match.func, "of_one_moment", True) else nullcontext()
    try:
        with rights_scope(), replica.only_reads(), moment:
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except Exception:
        # Whatever it is, the view meets it again on the whole way, where it is told and answered.
        return None
    if response.status_code != 200:
        return None
    response.headers.setdefault("Content-Language", languages.HTML_LANG[code])
    return response
