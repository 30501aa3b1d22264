"""Two languages, two address prefixes: the code zh-hans stands behind /zh/, en behind /en/."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

PREFIXES = {"zh-hans": "zh", "en": "en"}
HTML_LANG = {"zh-hans": "zh-Hans", "en": "en"}
OWN_NAME = {"zh-hans": "中文", "en": "English"}


def current() -> str:
    """The active language, always one of ours."""
    active = translation.get_language() or ""
    return active if active in PREFIXES else settings.LANGUAGE_CODE


def other(code: str) -> str:
    return "en" if code == "zh-hans" else "zh-hans"


def of_path(path: str) -> str | None:
    """The language that a public address carries; None for every other address."""
    first = path.lstrip("/").split("/", 1)[0]
    return next((code for code, prefix in PREFIXES.items() if prefix == first), None)


def in_language(path: str, code: str) -> str:
    """The same address in another language; an address without a prefix stays as it is."""
    now = of_path(path)
    if now is None or not path.startswith(f"/{PREFIXES[now]}/"):
        return path
    return f"/{PREFIXES[code]}/{path.removeprefix(f'/{PREFIXES[now]}/')}"


def remembered(request: HttpRequest) -> str:
    """By the cookie, then Accept-Language, then Chinese."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in PREFIXES:
        return chosen
    for accepted, weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if weight <= 0 or accepted == "*":
            continue
        if accepted.startswith("zh"):
            return "zh-hans"
        if accepted.startswith("en"):
            return "en"
    return settings.LANGUAGE_CODE


class PrefixPattern(LocalePrefixPattern):
    """Django's prefix, with our short words instead of the language codes."""

    @property
    def language_prefix(self) -> str:
        return f"{PREFIXES[current()]}/"


def in_both_languages(*patterns: URLPattern | URLResolver) -> URLResolver:
    """Mount under /zh/ and /en/; only the root URL configuration may do so."""
    return URLResolver(PrefixPattern(), list(patterns))
