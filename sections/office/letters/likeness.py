"""How much two letters say the same: pairs of characters, and a short signature that rules most letters out.

The signature never rules a like letter out: it gives an upper bound of the shared pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import add
from zlib import crc32

from bureau.search.tokens import squashed

BITS = 2048
_TOTAL = 4  # bytes before the bits: how many pairs the text has


def plain(title: str, body: str) -> str:
    """The text of a letter without spaces and signs."""
    return squashed(f"{title}\n{body}")


def pairs_of(text: str) -> Counter[str]:
    """Overlapping pairs of characters of a plain text; how often each occurs."""
    return Counter(map(add, text, text[1:]))


def likeness(one: Counter[str], other: Counter[str]) -> int:
    """Shared pairs of all pairs in percent (Dice): 100 for the same text, 0 for nothing in common."""
    total = one.total() + other.total()
    shared = sum(min(one[pair], other[pair]) for pair in one.keys() & other.keys())
    return round(200 * shared / total) if total else 0


def signature(text: str) -> bytes:
    """How many pairs a plain text has, and one bit for each pair that occurs."""
    pairs = pairs_of(text)
    bits = 0
    for pair in pairs:
        bits |= 1 << crc32(pair.encode()) % BITS
    return pairs.total().to_bytes(_TOTAL, "big") + bits.to_bytes(BITS // 8, "big")


class Sieve:
    """Which signatures may belong to a text that is at least so much like this one."""

    def __init__(self, mine: bytes, least: int) -> None:
        self._total, self._bits = _read(mine)
        # `likeness` rounds, so half a percent less can still be enough.
        self._least = 2 * least - 1

    def lets_pass(self, other: bytes) -> bool:
        """A shared pair sets the same bit in both; what the other's bits do not tell apart counts as shared."""
        total, bits = _read(other)
        most_shared = (self._bits & bits).bit_count() + total - bits.bit_count()
        most_shared = min(most_shared, self._total, total)
        return 400 * most_shared >= self._least * (self._total + total)

    def passing(self, rows: Iterable[tuple[int, bytes | memoryview | None]]) -> list[int]:
        """Keys of the rows to be compared in full; a row without a signature always is."""
        return [pk for pk, other in rows if other is None or self.lets_pass(bytes(other))]


def _read(stored: bytes) -> tuple[int, int]:
    return int.from_bytes(stored[:_TOTAL], "big"), int.from_bytes(stored[_TOTAL:], "big")
