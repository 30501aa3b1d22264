"""What search engines and readers of the map find: every public address, and what robots may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts.principals import PUBLIC
from bureau.public import channels, languages
from bureau.public.models import PublicPage

PER_FILE = 20_000  # a file may hold 50,000 addresses; each page has two
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
FIXED = ("home", "accessibility", "privacy", "sitemap")
CLOSED = ("/desk/", "/school/", "/account/", "/api/", "/modes/", "/styleguide/", "/*/search/", "/*/track/")


@rule(Open())
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Work areas and searches are nobody's to index; the map stands here."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml", ""]
    return _shortly_kept(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@rule(Open())
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """/sitemap.xml: one file of fixed pages, then so many of records as there are."""
    rows = "".join(
        f"<sitemap><loc>{escape(settings.PUBLIC_URL)}/sitemap-{number}.xml</loc></sitemap>\n"
        for number in range(_files() + 1)
    )
    return _xml(f"{HEAD}<sitemapindex {NAMESPACE}>\n{rows}</sitemapindex>\n")


def _files() -> int:
    """How many files of records there are."""
    return -(-permitted(PUBLIC, "view", PublicPage).count() // PER_FILE)


@rule(Open())
@require_safe
def sitemap_file(request: HttpRequest, number: int) -> HttpResponse:
    if number > _files():  # also a number that no database holds
        raise Http404
    rows = "".join(_fixed() if number == 0 else _records(number))
    return _xml(f"{HEAD}<urlset {NAMESPACE} {XHTML}>\n{rows}</urlset>\n")


def _fixed() -> Iterator[str]:
    with translation.override("zh-hans"):
        urls = [channels.public_address(name) for name in FIXED]
        for one in channels.filled():
            urls += [one.url, *(entry.url for entry in one.entries)]
    for url in dict.fromkeys(urls):
        yield from _row(url.removeprefix("/zh"), None)


def _records(number: int) -> Iterator[str]:
    start = (number - 1) * PER_FILE
    rows = permitted(PUBLIC, "view", PublicPage).order_by("pk").values_list("path", "changed_at")
    for path, changed_at in rows[start : start + PER_FILE]:
        yield from _row(path, changed_at)


def _row(path: str, changed_at: datetime | None) -> Iterator[str]:
    """One entry per language, each naming the other."""
    here = escape(settings.PUBLIC_URL)
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{languages.HTML_LANG[code]}" href="{here}/{prefix}{escape(path)}"/>'
        for code, prefix in languages.PREFIXES.items()
    )
    changed = f"<lastmod>{changed_at:%Y-%m-%d}</lastmod>" if changed_at else ""
    for prefix in languages.PREFIXES.values():
        yield f"<url><loc>{here}/{prefix}{escape(path)}</loc>{changed}{others}</url>\n"


def _xml(text: str) -> HttpResponse:
    return _shortly_kept(HttpResponse(text, content_type="application/xml; charset=utf-8"))


def _shortly_kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = f"public, max-age={min(settings.PAGE_BROWSER_SECONDS, 60)}"
    return response
