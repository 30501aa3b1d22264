"""What somebody typed into the box, as conditions on the index."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When

from bureau.search.tokens import is_han, runs, squashed, wanted

LONGEST_QUERY = 100
MOST_WORDS = 8
_BETWEEN_WORDS = re.compile(r"[\s\x00-\x1f,，、;；]+")


@dataclass(frozen=True)
class Query:
    """`words` without spaces and signs; all of them must be found. No words: there is nothing to look for."""

    text: str
    words: tuple[str, ...] = ()
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def whole(self) -> str:
        return "".join(self.words)

    def matches(self) -> Q:
        """Over SearchEntry: every word; or a number that was typed in groups."""
        found = Q()
        for word in self.words:
            found &= _has(word)
        if len(self.words) > 1 and len(runs(self.whole)) == 1 and not is_han(self.whole):
            found |= _has(self.whole)
        return found

    def rank(self) -> Case:
        """0 the very code, 1 the very name, then names that begin with it, contain it; 4 found elsewhere."""
        return Case(
            When(codes__contains=f"\n{self.whole}\n", then=Value(0)),
            When(names__contains=f"\n{self.whole}\n", then=Value(1)),
            When(names__contains=f"\n{self.whole}", then=Value(2)),
            When(Q(names__contains=self.whole) | Q(text__contains=f"\n{self.whole}\n"), then=Value(3)),
            default=Value(4),
            output_field=IntegerField(),
        )


def parse(text: str) -> Query:
    """Never refuses: what cannot be understood is left out, what is too long is cut."""
    kept = text.replace("\x00", " ")[: LONGEST_QUERY + 1].strip()
    is_cut = len(text.strip()) > LONGEST_QUERY
    kept = kept[:LONGEST_QUERY]
    words = dict.fromkeys(filter(None, map(squashed, _BETWEEN_WORDS.split(kept))))
    return Query(kept, tuple(words)[:MOST_WORDS], is_cut or len(words) > MOST_WORDS)


def _has(word: str) -> Q:
    """The tokens of a word; where they alone could stand apart in the text, also the word as it is."""
    tokens = tuple(dict.fromkeys(wanted(word)))
    found = Q(tokens__has_tokens=tokens)
    return found if len(tokens) == 1 else found & Q(text__contains=word)
