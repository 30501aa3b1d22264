"""What people type, brought into one form before it is checked."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
# Signs that no form of Unicode writes otherwise, without spaces and case: most names.
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
# Full-width letters, digits and the usual signs; Chinese punctuation such as 〔〕 stays.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def normalise_digits(text: str) -> str:
    """Half-width digits, letters and signs; no outer space, no invisible characters."""
    return _INVISIBLE.sub("", text).translate(_WIDE).strip()


def compact(text: str) -> str:
    """For codes: half-width, upper case, without any space."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _SPACES.sub("", normalise_digits(text)).upper()


def fold(text: str) -> str:
    """For look-up by name: NFKC, single spaces, case folded."""
    if _HAN.fullmatch(text):
        return text
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()
