"""What the public lists have in common: filters as selects, links to further pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.paginator import Page
from django.utils.http import urlencode

from bureau.access.counting import window

# Name of the parameter → label, words for "all of them", values with their words.
Offered = Mapping[str, tuple[Any, Any, Iterable[tuple[Any, Any]]]]


def selects(offered: Offered, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """The filters: name, label, choices with the one that is set."""
    return [
        {
            "name": name,
            "label": label,
            "every": every,
            "options": [(value, words, str(value) == chosen[name]) for value, words in options],
        }
        for name, (label, every, options) in offered.items()
    ]


def pages(page: Page[Any], params: Mapping[str, str]) -> list[dict[str, Any]]:
    """The pages near this one, with addresses that keep the filters."""
    kept: dict[str, str | int] = {name: value for name, value in params.items() if value}
    return [
        {
            "number": number,
            "url": f"?{urlencode({**kept, 'page': number})}" if number else "",
            "is_current": number == page.number,
        }
        for number in window(page.number, page.paginator.num_pages)
    ]
