"""No cache between us and a person keeps what is that person's: asked of every address of the portal."""

from __future__ import annotations

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from bureau.public.middleware import HeadersMiddleware
from tests.attacks.walking import routes

PUBLIC = "en/"
# Outside the languages and of nobody: icons, lists for search engines, probes, the switch of the display.
OF_NOBODY = {
    "",
    "favicon.ico",
    "favicon.svg",
    "healthz",
    "modes/",
    "readyz",
    "robots.txt",
    "sitemap-<int:number>.xml",
    "sitemap.xml",
}
# Public, and about one person: who writes, follows, asks for a copy, or was given a secret address.
OF_ONE_PERSON = {
    "en/consultations/<int:pk>/opinion/",
    "en/letters/child/",
    "en/letters/code/",
    "en/letters/files/<int:pk>/",
    "en/letters/new/",
    "en/letters/reports/new/",
    "en/letters/resume/",
    "en/letters/urgent/",
    "en/preview/<str:secret>/",
    "en/preview/<str:secret>/picture/<int:pk>/",
    "en/track/",
    "en/track/leave/",
    "en/track/status/",
    "en/your-data/",
}


def willing(_request: HttpRequest) -> HttpResponse:
    """A page that would have itself kept by everybody."""
    return HttpResponse(headers={"Cache-Control": "public, max-age=600"})


@pytest.fixture(scope="module")
def every_address() -> dict[str, object]:
    """Address with its <parts> → view."""
    with translation.override("en"):
        return {where: entry.callback for where, entry in routes()}


def test_nothing_behind_a_door_may_be_kept_whatever_its_page_says(every_address: dict[str, object]) -> None:
    behind = [where for where in every_address if not where.startswith(PUBLIC) and where not in OF_NOBODY]
    assert len(behind) > 900
    for where in behind:
        answer = HeadersMiddleware(willing)(RequestFactory().get("/" + re.sub(r"<[^>]+>", "1", where)))
        assert answer.headers["Cache-Control"] == "no-store, private", where
        assert "Cookie" in answer.headers["Vary"], where


def test_only_pages_that_are_the_same_for_everybody_are_kept(every_address: dict[str, object]) -> None:
    kept = {where for where, view in every_address.items() if hasattr(view, "kept_query")}
    assert kept and all(where.startswith(PUBLIC) for where in kept)
    assert every_address.keys() >= OF_ONE_PERSON
    assert not kept & OF_ONE_PERSON
