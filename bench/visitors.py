"""People at a running portal: each a thread with a connection and cookies of its own, only on this machine.

No benchmark itself: `load` and `front` send them.
"""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

HOST = "127.0.0.1"
PATIENCE = 30.0
REDIRECTS = (301, 302, 303)


@dataclass
class Tally:
    """What was asked: seconds by sort of request, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: dict[str, dict[str, int]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, sort: str, seconds: float, error: str = "") -> None:
        with self.lock:
            self.seconds.setdefault(sort, []).append(seconds)
            if error:
                kinds = self.errors.setdefault(sort, {})
                kinds[error] = kinds.get(error, 0) + 1

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "request": sort,
                "asked": len(taken),
                "p50 ms": _percentile(taken, 50),
                "p95 ms": _percentile(taken, 95),
                "most ms": max(taken) * 1000,
                "errors": ", ".join(f"{kind} {times}×" for kind, times in self.errors.get(sort, {}).items())
                or "0",
            }
            for sort, taken in sorted(self.seconds.items())
        ]


def _percentile(taken: list[float], place: int) -> float:
    return (quantiles(taken, n=100)[place - 1] if len(taken) > 1 else taken[0]) * 1000


class Form(HTMLParser):
    """The boxes of a page with what stands in them, as a browser would send them back."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = ""
        self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        name, value = own.get("name") or "", own.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in own or self._select not in self.fields):
            self.fields[self._select] = value
        elif tag == "textarea" and name:
            self._area, self.fields[name] = name, ""
        elif tag == "input" and name:
            self._input(name, value, own)

    def _input(self, name: str, value: str, own: dict[str, str | None]) -> None:
        kind = own.get("type") or "text"
        if kind in ("submit", "button", "file") or (kind in ("radio", "checkbox") and "checked" not in own):
            return
        self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


class Visitor:
    """Asks and remembers cookies; a lost connection is opened again at the next question."""

    def __init__(self, port: int, certificate: Path, tally: Tally | None = None) -> None:
        self.port, self.certificate, self.tally = port, certificate, tally
        self._trust = ssl.create_default_context(cafile=str(certificate))
        self._line: http.client.HTTPSConnection | None = None
        self.cookies: dict[str, str] = {}

    def get(self, path: str, sort: str = "") -> tuple[int, str]:
        return self._ask("GET", path, None, sort)

    def post(self, path: str, fields: dict[str, str], sort: str = "") -> tuple[int, str]:
        return self._ask("POST", path, urlencode(fields).encode(), sort)

    def _ask(self, method: str, path: str, body: bytes | None, sort: str) -> tuple[int, str]:
        started = time.perf_counter()
        try:
            status, text = self._once(method, path, body)
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            self._count(sort, started, type(fault).__name__)
            return 0, ""
        self._count(sort, started, str(status) if status >= 400 else "")
        return status, text

    def _count(self, sort: str, started: float, error: str) -> None:
        if self.tally and sort:
            self.tally.add(sort, time.perf_counter() - started, error)

    def _once(self, method: str, path: str, body: bytes | None) -> tuple[int, str]:
        if self._line is None:
            self._line = http.client.HTTPSConnection(HOST, self.port, timeout=PATIENCE, context=self._trust)
        origin = f"https://{HOST}:{self.port}"
        headers = {"Origin": origin, "Referer": f"{origin}{path}"} if body is not None else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._line.request(method, path, body=body, headers=headers)
        answer = self._line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        if answer.status in REDIRECTS:
            text = answer.headers.get("Location", "")
        return answer.status, text

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
