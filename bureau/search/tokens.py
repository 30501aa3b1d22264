"""Text → tokens, the same on both databases.

Chinese has no spaces, and a dictionary of words misses 教育 in 教育局 and 平遥 in 平遥县. So a run of Chinese
characters gives every single character and every overlapping pair; letters and digits give whole words, which
are found from their beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bureau.identifiers.pinyin import syllables

# Characters of a text that are indexed; a longer one is a document, not a record's name.
LONGEST_TEXT = 2_000
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_HAS_HAN = re.compile(f"[{_HAN}]")
_PARTS = re.compile(r"\d+|\D+")


def folded(text: str) -> str:
    """One form for what looks alike: full width, case, accents. 'ü' is typed as 'v' in pinyin."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    if plain.isascii():
        return plain
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))


def squashed(text: str) -> str:
    """Folded, without spaces and signs: what is compared in the end."""
    return "".join(_RUNS.findall(folded(text[:LONGEST_TEXT])))


def runs(text: str) -> list[str]:
    """Stretches of one script: 榆次第1小学 → 榆次第, 1, 小学."""
    return _RUNS.findall(folded(text[:LONGEST_TEXT]))


def is_han(run: str) -> bool:
    return bool(_HAS_HAN.match(run))


def tokens_of(text: str) -> Iterator[str]:
    """What a text is indexed under. Characters pair across spaces and signs: 王 芳 is found by 王芳."""
    pieces = runs(text)
    for run in _RUNS.findall("".join(pieces)):
        if is_han(run):
            yield from run
            yield from _pairs(run)
    for first, second in pairwise(pieces):
        if first.isdigit() and second.isdigit():  # 〔2026〕14 is typed as one number as well
            yield first + second
    for run in pieces:
        if not is_han(run):
            yield run
            parts = _PARTS.findall(run)
            if len(parts) > 1:  # "l2026" is found by "2026" as well
                yield from parts


def _pairs(run: str) -> Iterator[str]:
    return (run[start : start + 2] for start in range(len(run) - 1))


def wanted(text: str) -> Iterator[tuple[str, bool]]:
    """(token, is it only the beginning of one) that must all be there for a word of a query."""
    for run in runs(text):
        if not is_han(run):
            yield run, True
        elif len(run) == 1:
            yield run, False
        else:
            yield from ((pair, False) for pair in _pairs(run))


def pinyin_of(names: Iterable[str]) -> Iterator[str]:
    """Initials and full pinyin of Chinese names, from each character on.

    榆次一小 → ycyx, cyx, yx, x and yuciyixiao, ciyixiao…: any stretch of initials is the beginning of one.
    """
    for name in names:
        if not _HAS_HAN.search(name):
            continue
        parts = [squashed(part) for part in syllables(name[:LONGEST_TEXT])]
        parts = [part for part in parts if part]
        firsts = [part if part[0].isdigit() else part[0] for part in parts]
        for start in range(len(parts)):
            yield "".join(firsts[start:])
            yield "".join(parts[start:])
