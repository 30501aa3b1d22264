"""Addresses of earlier sites: where their pages are now. Asked only where nothing else answers."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from bureau.public.models import Redirect

LONGEST = Redirect._meta.get_field("old_path").max_length or 300


def moved(request: HttpRequest) -> Redirect | None:
    """The row for this address: with its query where the table names one, else for the path alone."""
    if request.method not in ("GET", "HEAD"):
        return None
    asked = dict.fromkeys([request.get_full_path(), request.path])
    # PostgreSQL holds no NUL, and refuses to be asked for one.
    known = [address for address in asked if len(address) <= LONGEST and "\x00" not in address]
    try:
        rows = Redirect.objects.filter(old_path__in=known, is_active=True)
        return max(rows, key=lambda row: len(row.old_path), default=None)
    except DatabaseError:
        return None


def answer(row: Redirect) -> HttpResponse:
    """301, for a day at most: a row may be wrong, and a browser would remember it for ever."""
    response = HttpResponsePermanentRedirect(row.target)
    response.headers["Cache-Control"] = "max-age=86400"
    return response
