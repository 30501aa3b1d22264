"""Pinyin for look-up and order. Rare readings may differ; nobody is addressed by them."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def _syllables(text: str) -> tuple[str, ...]:
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
