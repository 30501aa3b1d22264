"""What a page may show of a personal number.

Region and birth of a pupil can be guessed: first six and last four characters would leave 32 candidates.
"""

from __future__ import annotations

MAX_SHOWN = 2
_DOT = "*"


def mask_tail(text: str, shown: int = MAX_SHOWN) -> str:
    """Only the last `shown` characters, never more than two: ****************1X."""
    shown = max(0, min(shown, MAX_SHOWN, len(text) - 1))
    return _DOT * (len(text) - shown) + (text[-shown:] if shown else "")


def mask_phone(text: str) -> str:
    """First three and last four digits: 138****5678. A shorter number shows its last two."""
    if len(text) < 11:
        return mask_tail(text)
    return text[:3] + _DOT * (len(text) - 7) + text[-4:]


def mask_name(text: str) -> str:
    """The first character: 王**."""
    return text[:1] + _DOT * max(0, len(text) - 1)
