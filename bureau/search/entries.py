"""From a record to its entry in the index."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from bureau.identifiers.pinyin import sort_key
from bureau.search.declare import Searchable
from bureau.search.models import SearchEntry
from bureau.search.tokens import LONGEST_TEXT, pinyin_of, squashed, tokens_of

# A record with more words than this is a document; 16,000 tokens of PostgreSQL's 1 MB vector are far away.
MOST_TEXTS = 200
LONGEST_SORT = SearchEntry._meta.get_field("sort").max_length


def entry_of(searchable: Searchable, record: Any) -> SearchEntry:
    """The unsaved entry of a record."""
    names = _filled(searchable.names(record))
    codes = _filled(searchable.identifiers(record))
    words = _filled(searchable.words(record))
    spoken = list(dict.fromkeys(pinyin_of(names)))
    tokens = dict.fromkeys(chain(chain.from_iterable(map(tokens_of, [*names, *codes, *words])), spoken))
    tokens.update(dict.fromkeys(filter(None, map(squashed, codes))))
    return SearchEntry(
        kind=searchable.kind,
        object_id=record.pk,
        tokens=" ".join(tokens),
        text=lines([*map(squashed, [*names, *codes, *words]), *spoken]),
        names=lines(map(squashed, names)),
        codes=lines(map(squashed, codes)),
        sort=sort_key(names[0])[:LONGEST_SORT] if names else "",
    )


def _filled(texts: Iterable[str | None]) -> list[str]:
    found = (str(text)[:LONGEST_TEXT] for text in texts if text)
    return list(dict.fromkeys(found))[:MOST_TEXTS]


def lines(texts: Iterable[str]) -> str:
    """Each text between line ends: a whole one is found by "\\n…\\n", a beginning by "\\n…"."""
    found = list(dict.fromkeys(text for text in texts if text))
    return "\n" + "\n".join(found) + "\n" if found else ""
