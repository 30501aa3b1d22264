"""Public pages that are kept for some seconds. What is kept was made for PUBLIC and says nothing of who asked.

A view says so with `@kept("page", "kind")`: these names of the query count, every other is taken away before the
view runs, and the view is asked without what knows who asks (bureau/public/short.py). While it works it names what its page shows: `relies_on(request, "office.article", ...)`.
A page is filed under host, path, those parts of the query, display mode and language (which the path carries).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import redis
from django.conf import settings
from django.core.cache import BaseCache, caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags

from bureau.public import languages, modes, short
from bureau.public.generations import GENERATIONS

V = TypeVar("V", bound=Callable[..., Any])
CACHE = "pages"
MOST_BYTES = 400_000
LONGEST_VALUE = 60  # characters of one parameter; a longer one is nothing that a page of ours links to
HEADERS = ("Content-Type", "Content-Language", "Vary", "Link")
AWAY = (redis.RedisError, OSError)
SECONDS_LEFT_ALONE = 5.0


def kept(*query: str, of_one_moment: bool = True) -> Callable[[V], V]:
    """The page may be kept; `query` names the parameters by which it differs.

    `of_one_moment=False` saves the transaction where a page reads hardly more than one row or list: when a change
    falls between two of its readings, the change has a number that the page does not know, and it is made anew.
    """

    def mark(view: V) -> V:
        view.kept_query = frozenset(query)  # type: ignore[attr-defined]
        view.of_one_moment = of_one_moment  # type: ignore[attr-defined]
        return view

    return mark


def relies_on(request: HttpRequest, *tags: str) -> None:
    """The page shows this: a kind ("office.article"), one record of it ("office.article:12") or those of a column
    ("office.article@news")."""
    request.page_tags = {*getattr(request, "page_tags", ()), *tags}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Asked:
    """A request for a page that may be kept: its key, the query that counts, its language and its view."""

    key: str
    query: str
    code: str
    match: ResolverMatch


@dataclass(frozen=True)
class Entry:
    """A page as it was made, and the numbers that were true just before."""

    content: bytes
    headers: dict[str, str]
    etag: str
    known: dict[str, int] = field(default_factory=dict)


def asked_of(request: HttpRequest) -> Asked | None:
    """None for everything that is not a public page to be kept."""
    if request.method not in ("GET", "HEAD"):
        return None
    path = request.path_info
    code = languages.of_path(path)
    match = _match(path, code) if code else None
    if code is None or match is None:
        return None
    query = _counted(request.META.get("QUERY_STRING", ""), getattr(match.func, "kept_query", ()))
    parts = (request.get_host(), path, query, ".".join(modes.chosen(request)))
    return Asked("page:" + hashlib.sha256("\n".join(parts).encode()).hexdigest(), query, code, match)


@lru_cache(maxsize=4096)
def _match(path: str, code: str) -> ResolverMatch | None:
    """The view of an address, with what it is called with; None where nothing is kept."""
    with translation.override(code):
        try:
            found = resolve(path)
        except Resolver404:
            return None
    return found if hasattr(found.func, "kept_query") else None


def _counted(query: str, names: Iterable[str]) -> str:
    """The parameters that count, in one order, each once."""
    if not query or not names:
        return ""
    try:
        pairs = dict(parse_qsl(query[:2_000], max_num_fields=20))
    except ValueError:
        return ""
    return urlencode(
        sorted((name, text[:LONGEST_VALUE]) for name, text in pairs.items() if name in names and text)
    )


class KeptPageMiddleware:
    """Answers from what is kept before session, token and rights are looked at; those pages need none of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = asked_of(request)
        if asked is None:
            return self.get_response(request)
        request.META["QUERY_STRING"] = asked.query
        entry = found(asked)
        if entry is None:
            before = GENERATIONS.all() if settings.PAGE_KEPT_SECONDS else {}
            response = short.way(request, asked.match, asked.code)
            entry = made(request, response, before) if response else None
            if entry is None:
                # Not found, a form with a token, a fault: the whole way has an answer of its own to each.
                response = self.get_response(request)
                entry = made(request, response, before)
                if entry is None:
                    return response
            keep(asked, entry)
        return answer(request, entry)


class Store:
    """The cache, which may be away: then for some seconds nobody waits for it again."""

    def __init__(self) -> None:
        self._away_until = 0.0

    def get(self, key: str) -> Entry | None:
        found: Entry | None = self._ask(lambda cache: cache.get(key))
        return found

    def set(self, key: str, entry: Entry) -> None:
        self._ask(lambda cache: cache.set(key, entry, settings.PAGE_KEPT_SECONDS))

    def _ask(self, work: Callable[[BaseCache], Any]) -> Any:
        if not settings.PAGE_KEPT_SECONDS or time.monotonic() < self._away_until:
            return None
        try:
            return work(caches[CACHE])
        except AWAY:
            self._away_until = time.monotonic() + SECONDS_LEFT_ALONE
            return None


STORE = Store()


def found(asked: Asked) -> Entry | None:
    entry = STORE.get(asked.key)
    return entry if entry is not None and GENERATIONS.still(entry.known) else None


def keep(asked: Asked, entry: Entry) -> None:
    if len(entry.content) <= MOST_BYTES:
        STORE.set(asked.key, entry)


def made(request: HttpRequest, response: HttpResponse, before: dict[str, int]) -> Entry | None:
    """The entry of a page; None where it carries a token, a cookie or anything else that is somebody's own."""
    if response.status_code != 200 or response.streaming or response.cookies:
        return None
    if "no-store" in response.headers.get("Cache-Control", "") or "CSRF_COOKIE_NEEDS_UPDATE" in request.META:
        return None
    if b"csrfmiddlewaretoken" in response.content:
        return None
    tags = getattr(request, "page_tags", ())
    return Entry(
        content=response.content,
        headers={name: response.headers[name] for name in HEADERS if name in response.headers},
        etag=f'"{hashlib.sha256(response.content).hexdigest()[:32]}"',
        known={tag: before.get(tag, 0) for tag in tags},
    )


def answer(request: HttpRequest, entry: Entry) -> HttpResponse:
    """The page, or 304 to who has it."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    is_known = "*" in known or entry.etag in {tag.removeprefix("W/") for tag in known}
    response = HttpResponseNotModified() if is_known else HttpResponse(entry.content)
    for name, value in entry.headers.items():
        if not is_known or name != "Content-Type":
            response.headers[name] = value
    response.headers["ETag"] = entry.etag
    patch_cache_control(
        response, public=True, max_age=min(settings.PAGE_BROWSER_SECONDS, 60), must_revalidate=True
    )
    if settings.PAGE_PROXY_SECONDS:
        response.headers["X-Accel-Expires"] = str(settings.PAGE_PROXY_SECONDS)  # nginx takes it off again
    return response
