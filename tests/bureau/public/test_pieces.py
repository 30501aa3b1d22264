"""Pieces of the shell are made once for many pages, each with its own addresses; kept pages are made without asking who
asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from bureau.public import kept, parts
from bureau.public.generations import GENERATIONS


@pytest.fixture(autouse=True)
def is_kept(settings: Any, db: None) -> Iterator[None]:
    settings.PAGE_KEPT_SECONDS = 30
    GENERATIONS.forget()
    parts.forget()
    yield
    GENERATIONS.forget()
    parts.forget()


def test_pages_that_share_a_piece_show_their_own_addresses() -> None:
    first = Client().get("/en/privacy/").content.decode()
    second = Client().get("/en/sitemap/").content.decode()
    for page, here, other in ((first, "privacy", "sitemap"), (second, "sitemap", "privacy")):
        assert f'name="next" value="/en/{here}/"' in page and f'value="/en/{other}/"' not in page
        assert f'href="/zh/{here}/" lang="zh-Hans"' in page
        assert "stand-in" not in page


def test_an_address_is_escaped_in_a_piece() -> None:
    page = Client().get('/en/search/?q="><script>x').content.decode()
    assert "<script>x" not in page and "stand-in" not in page


def test_a_page_that_is_not_found_is_answered_by_the_whole_way() -> None:
    response = Client().get("/en/news/999999/")
    assert response.status_code == 404 and response.headers["Cache-Control"] == "no-store"
    assert not kept.STORE.get(kept.asked_of(response.wsgi_request).key)  # type: ignore[union-attr]


def test_a_page_with_modes_is_not_the_one_without() -> None:
    client = Client()
    plain = client.get("/en/privacy/").content.decode()
    client.cookies["portal_mode"] = "care"
    assert 'value="care"' in plain and 'value="standard"' in client.get("/en/privacy/").content.decode()
