"""What a request asks of the database beyond its queries: one moment to read at, and a busy answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.csrf import get_token

from bureau import replica
from bureau.public import errors

RETRY_AFTER = 5  # seconds
MOST_CARRIED = 200_000  # characters
SECRET = re.compile(r"pass(word|wd|code)?|pwd|secret|otp|csrfmiddlewaretoken", re.IGNORECASE)
# Serialisation failure, deadlock, lock not available, statement timeout, too many connections, shutting down, and a
# full disk: reading goes on, and writing does as soon as there is room.
BUSY_STATES = frozenset({"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03", "53100"})
BUSY_WORDS = ("locked", "busy", "disk is full")  # SQLite's


def is_busy(error: BaseException) -> bool:
    """Whether trying again a little later is likely to work: a lock, a timeout, no room, a database that is away."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    state = getattr(error.__cause__, "pgcode", None)
    if state:
        return state in BUSY_STATES
    if not isinstance(error, OperationalError):
        return False
    return connection.vendor == "postgresql" or any(word in str(error) for word in BUSY_WORDS)


class BusyMiddleware:
    """A database that is locked or away answers 503 with Retry-After instead of a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request) if is_busy(exception) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a busy database met outside a view, in a middleware, is a 503 as well."""
    error = sys.exc_info()[1]
    return unavailable(request) if error is not None and is_busy(error) else errors.server_error(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After. What was typed stands in the page, ready to be sent again; files do not."""
    request.user = AnonymousUser()  # the page must not ask the database who reads it
    fields = _typed(request) if request.method == "POST" else []
    if fields:
        response = errors.page(
            request, 503, template="errors/busy.html", fields=fields, token=get_token(request)
        )
    else:
        response = errors.page(request, 503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Posted fields without passwords and tokens; none where files or too much was sent."""
    pairs = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    size = sum(len(name) + len(value) for name, value in pairs)
    if request.FILES or size > MOST_CARRIED:
        return []
    return [(name, value) for name, value in pairs if not SECRET.search(name)]


@contextmanager
def snapshot() -> Iterator[None]:
    """On PostgreSQL: one REPEATABLE READ transaction. Inside a transaction it keeps to that one."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


class SnapshotMiddleware:
    """A page that is read sees the organisation before or after a reorganisation, never half of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with replica.only_reads(), snapshot():
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            _stream_within_snapshot(response)
        return response


def _stream_within_snapshot(response: StreamingHttpResponse) -> None:
    """Rows that are read while they are sent share one moment as well."""
    if response.is_async:
        return
    parts = cast("Iterator[bytes]", response.streaming_content)

    def within() -> Iterator[bytes]:
        with snapshot():
            yield from parts

    response.streaming_content = within()
