"""Numbers of people within a text: identity, bank card, telephone, however they are spaced or spelled out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from bureau.identifiers import resident_id
from bureau.identifiers.errors import BadIdentifier

# Between the digits of a number people type spaces, dashes, dots and marks that nobody sees.
GAP = "[\\s\\-‐-―.·_\u200b-\u200f\u2060\ufeff]{0,2}"
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")


class NumberKind(Enum):
    ID = "id_number"
    CARD = "card"
    MOBILE = "mobile"
    LANDLINE = "landline"


@dataclass(frozen=True)
class Number:
    """Where it stands: `text[start:end]`."""

    start: int
    end: int
    kind: NumberKind


def numbers_in(text: str) -> Iterator[Number]:
    """`text`: half-width and lower case. Findings may overlap; each kind comes in the order of the text."""
    yield from _checked(_ID, text, NumberKind.ID, _is_id)
    yield from _checked(_OLD_ID, text, NumberKind.ID, _is_old_id)
    yield from _checked(_CARD, text, NumberKind.CARD, _is_card)
    yield from _hits(_MOBILE, text.translate(_CHINESE_DIGITS), NumberKind.MOBILE)
    yield from _hits(_LANDLINE, text, NumberKind.LANDLINE)


def _digits(count: str) -> str:
    """So many digits in a row, with gaps between them."""
    return f"(?:[0-9]{GAP}){{{count}}}"


_ID = re.compile(f"(?<![0-9]){_digits('17')}[0-9x](?![0-9a-z])")
_OLD_ID = re.compile(f"(?<![0-9]){_digits('14')}[0-9](?![0-9])")
_CARD = re.compile(f"(?<![0-9]){_digits('15,18')}[0-9](?![0-9])")
_MOBILE = re.compile(f"(?<![0-9])(?:\\+?86{GAP})?1{GAP}[3-9]{GAP}{_digits('8')}[0-9](?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])\(?0[0-9]{2,3}\)?[ \-‐-―]?[2-9][0-9]{6,7}(?![0-9])")


def _hits(pattern: re.Pattern[str], text: str, kind: NumberKind) -> Iterator[Number]:
    for hit in pattern.finditer(text):
        yield Number(hit.start(), hit.end(), kind)


def _checked(
    pattern: re.Pattern[str], text: str, kind: NumberKind, is_one: Callable[[str], bool]
) -> Iterator[Number]:
    for hit in pattern.finditer(text):
        if is_one(re.sub(r"[^0-9x]", "", hit.group()).upper()):
            yield Number(hit.start(), hit.end(), kind)


def _is_id(number: str) -> bool:
    try:
        resident_id.check(number)
    except BadIdentifier:
        return False
    return True


def _is_old_id(number: str) -> bool:
    """The old number of 15 digits has no check digit: its birthday must be one."""
    return re.fullmatch(r"[1-6][0-9]{7}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}", number) is not None


def _is_card(number: str) -> bool:
    """Luhn (ISO/IEC 7812-1)."""
    doubled = [int(mark) * (1 + place % 2) for place, mark in enumerate(reversed(number))]
    return len(set(number)) > 1 and sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0
