"""How public pages are found; nobody but the public search asks for them."""

from __future__ import annotations

from collections.abc import Iterator

from bureau.public.models import PublicPage
from bureau.search.declare import Searchable, register
from bureau.search.tokens import LONGEST_TEXT

# A word that stands across a cut is found in one of the two pieces.
OVERLAP = 40


def pieces(text: str) -> Iterator[str]:
    step = LONGEST_TEXT - OVERLAP
    return (text[start : start + LONGEST_TEXT] for start in range(0, max(1, len(text) - OVERLAP), step))


def _words(page: PublicPage) -> Iterator[str]:
    yield page.summary_zh
    yield page.summary
    yield from pieces(page.text)


register(
    Searchable(
        PublicPage,
        names=lambda page: [page.title_zh, page.title],
        words=_words,
        identifiers=lambda page: page.numbers.splitlines(),
    )
)
