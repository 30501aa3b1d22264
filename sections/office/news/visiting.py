"""What an address answers: ours through the portal itself, others only where the setting lets us out."""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import sys
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.utils import translation

SECONDS = 10
NOTHING = 0


@lru_cache(maxsize=1)
def _portal() -> BaseHandler:
    """The portal as a server would run it, without a server: no signal ends the connection of a running task."""
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def answer_within(address: str) -> int:
    """The status with which the portal answers a visitor at one of its own addresses."""
    with translation.override(translation.get_language()):
        response = _portal().get_response(WSGIRequest(_environ(address)))
    content = getattr(response, "file_to_stream", None)
    if content is not None:
        content.close()
    return response.status_code


def _environ(address: str) -> dict[str, Any]:
    here, there = urlsplit(settings.PUBLIC_URL), urlsplit(address)
    return {
        "REQUEST_METHOD": "HEAD",
        "SCRIPT_NAME": "",
        # As WSGI wants it: bytes as Latin-1.
        "PATH_INFO": unquote(there.path or "/").encode().decode("latin-1"),
        "QUERY_STRING": there.query,
        "SERVER_NAME": here.hostname or "localhost",
        "SERVER_PORT": str(here.port or (443 if here.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": here.netloc,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": here.scheme or "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def answer_outside(address: str) -> int | None:
    """The status of another site, 0 where nobody answers; None where LINK_CHECK_OUTSIDE keeps us inside."""
    if not settings.LINK_CHECK_OUTSIDE:
        return None
    parts = urlsplit(address)
    try:
        where = _public_address(parts)
        return _head(parts, where) if where else NOTHING
    except (OSError, http.client.HTTPException, ValueError):
        return NOTHING


def _public_address(parts: SplitResult) -> str:
    """The number that a name stands for; "" for one of a closed network, which no link may make us visit."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname or "", port, type=socket.SOCK_STREAM)
    numbers = [str(entry[4][0]) for entry in found]
    return numbers[0] if all(ipaddress.ip_address(one).is_global for one in numbers) else ""


def _head(parts: SplitResult, where: str) -> int:
    """Asks the very number that was looked at, so that the name cannot lead elsewhere meanwhile."""
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    connection._create_connection = (  # type: ignore[attr-defined]
        lambda address, timeout, source: socket.create_connection((where, address[1]), timeout, source)
    )
    try:
        connection.request("HEAD", parts.path or "/", headers={"User-Agent": "link check"})
        return connection.getresponse().status
    finally:
        connection.close()
