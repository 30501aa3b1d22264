"""The codes of receipts: none like another, no sign more frequent than chance, none to be counted on."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from bureau.identifiers.codes import ALPHABET
from sections.office.letters.services import receipt_code

COUNT = 10_000
CODES = [receipt_code(f"token-{number}") for number in range(COUNT)]


def test_ten_thousand_codes_are_all_different_though_their_tokens_hardly_are() -> None:
    assert len(set(CODES)) == COUNT
    assert len({code[:6] for code in CODES}) > COUNT * 0.99


def test_at_no_place_a_sign_comes_more_often_than_chance_brings_it() -> None:
    """Chi-squared with len(ALPHABET) - 1 degrees of freedom; the same tokens each time, so the same figure."""
    expected = COUNT / len(ALPHABET)
    for place in range(len(CODES[0])):
        seen = Counter(code[place] for code in CODES)
        assert set(seen) <= set(ALPHABET)
        figure = sum((seen[sign] - expected) ** 2 / expected for sign in ALPHABET)
        assert figure < 2.2 * len(ALPHABET), place  # far beyond p = 0.0001


def test_neighbours_have_no_more_in_common_than_strangers() -> None:
    """A counter or a clock inside would show in codes that follow each other."""
    pairs = pairwise(CODES)
    shared = sum(one == other for code, after in pairs for one, other in zip(code, after, strict=True))
    chance = (COUNT - 1) * len(CODES[0]) / len(ALPHABET)
    assert abs(shared - chance) < 5 * chance**0.5
