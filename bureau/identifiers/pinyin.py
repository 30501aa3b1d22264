"""Pinyin for look-up and order. Rare readings may differ; nobody is addressed by them."""

from __future__ import annotations

import re
from functools import lru_cache

# Longer texts are left to pypinyin, which looks for the phrases in them.
_SHORT = 4
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@lru_cache(maxsize=4096)
def _syllables(text: str) -> tuple[str, ...]:
    if 1 < len(text) <= _SHORT and _HAN.fullmatch(text) and not _holds_phrase(text):
        return tuple(part for sign in text for part in _syllables(sign))
    return _read(text)


def _holds_phrase(text: str) -> bool:
    """Whether signs in it are read otherwise together than one by one."""
    from pypinyin.constants import PHRASES_DICT

    length = len(text)
    return any(
        text[start:end] in PHRASES_DICT for start in range(length) for end in range(start + 2, length + 1)
    )


def _read(text: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin  # large tables: loaded when first used

    return tuple(lazy_pinyin(text, style=Style.NORMAL, errors="default"))


def syllables(text: str) -> tuple[str, ...]:
    """Syllable by syllable, without tones; a stretch of other signs stays one part: 第12中 → di, 12, zhong."""
    return _syllables(text)


def initials(text: str) -> str:
    """The first letters: 晋中市第一中学 → jzsdyzx. Letters and digits stay, other signs go."""
    found = []
    for part in _syllables(text):
        clean = "".join(sign for sign in part.lower() if sign.isalnum())
        found.append(clean if not clean.isalpha() or part in text else clean[:1])
    return "".join(found)


def full(text: str) -> str:
    """All syllables in a row: 平遥 → pingyao."""
    return "".join(part.lower() for part in _syllables(text) if not part.isspace())


def sort_key(text: str) -> str:
    """Sorts like a Chinese dictionary with a plain binary comparison: 平遥 → "ping yao"."""
    return " ".join(part.lower() for part in _syllables(text) if not part.isspace())
