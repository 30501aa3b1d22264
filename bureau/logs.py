"""Logs: one line per event, JSON in production, with the id of the request and no personal data.

Only the listed extras are written; an exception is kind and places, because its text may quote a record.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.typing import EventDict, Processor

log = logging.getLogger(__name__)

# What `extra={…}` may carry into a line: ids, counts, names of things. Anything else is dropped.
ALLOWED = frozenset(
    {
        "effect",
        "task",
        "error",
        "seal",
        "digest",
        "count",
        "view",
        "status",
        "method",
        "ms",
        "user",
        "job",
        "notice",
    }
)
# Phone numbers and resident ID numbers, wherever they come from.
PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")

# nginx's $request_id.
GIVEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def hide_numbers(logger: Any, name: str, event: EventDict) -> EventDict:
    """Blot out what looks like a phone or an ID number, should a text carry one all the same."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = PERSONAL.sub("***", value)
    return event


def without_paths(logger: Any, name: str, event: EventDict) -> EventDict:
    """Django names the address of a refused request; it may hold what somebody typed, or the secret of a preview."""
    record, words = event.get("_record"), event.pop("positional_args", None)
    if not isinstance(record, logging.LogRecord) or not record.name.startswith("django."):
        return event
    if isinstance(words, tuple) and words:
        event["event"] = record.msg % tuple("…" if str(word).startswith("/") else word for word in words)
    request_id = getattr(getattr(record, "request", None), "request_id", "")
    if request_id:
        event["request_id"] = request_id
    return event


def places_of_exception(logger: Any, name: str, event: EventDict) -> EventDict:
    """Instead of the traceback with its texts: the kind of the exception, then file, line and function."""
    caught = event.pop("exc_info", None)
    error = caught[1] if isinstance(caught, tuple) else caught
    if isinstance(error, BaseException):
        event["exception"] = type(error).__qualname__
        frames = traceback.extract_tb(error.__traceback__)
        event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    return event


def formatter(*, as_json: bool) -> structlog.stdlib.ProcessorFormatter:
    """For LOGGING: every line of the standard library's loggers passes through here."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=ALLOWED),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_paths,
        places_of_exception,
        hide_numbers,
    ]
    render: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        pass_foreign_args=True,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
    )


class RequestMiddleware:
    """Gives each request an id (log lines, header X-Request-ID) and writes one line when it is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = _given(request) or uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        started = time.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            log.info("request", extra=_line(request, response, started))
        response.headers["X-Request-ID"] = request_id
        return response


def _given(request: HttpRequest) -> str:
    """The id that our own proxy gave, so that its log and ours agree. What a sender writes is not believed."""
    given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
    return given if GIVEN.fullmatch(given) else ""


def _line(request: HttpRequest, response: HttpResponse, started: float) -> dict[str, object]:
    match = request.resolver_match
    return {
        "view": match.view_name if match else "",
        "method": request.method,
        "status": response.status_code,
        "ms": round((time.monotonic() - started) * 1000),
    }
