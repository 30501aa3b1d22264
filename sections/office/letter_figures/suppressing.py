"""Small numbers are kept out of public tables, so that nobody is recognised.

A number from 1 to below the threshold is not shown. Where the total would give it away, a second number of the
same breakdown is hidden as well, or the total itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Hidden = Literal["", "few", "also"]


@dataclass(frozen=True)
class Shown:
    """`hidden`: "few" for a small number, "also" for one that would give a small one away."""

    value: int | None
    hidden: Hidden = ""


def protected(values: Sequence[int], threshold: int) -> tuple[list[Shown], Shown]:
    """The numbers of one breakdown and their total, as the public may read them."""
    small = [place for place, value in enumerate(values) if 0 < value < threshold]
    also = (
        _companion(values, small, threshold)
        if _gives_away([values[one] for one in small], threshold)
        else None
    )
    total = sum(values)
    cells = [_cell(value, place in small, place == also) for place, value in enumerate(values)]
    is_told = bool(small) and also is None and _gives_away([values[one] for one in small], threshold)
    return cells, _cell(total, 0 < total < threshold, is_told)


def _gives_away(small: Sequence[int], threshold: int) -> bool:
    """Whether the sum of the hidden numbers leaves only one possibility for each."""
    total = sum(small)
    return len(small) == 1 or (len(small) > 1 and total in (len(small), len(small) * (threshold - 1)))


def _companion(values: Sequence[int], small: Sequence[int], threshold: int) -> int | None:
    """The smallest number beside the hidden ones that is shown so far."""
    others = [place for place, value in enumerate(values) if value and place not in small]
    return min(others, key=lambda place: values[place], default=None)


def _cell(value: int, is_small: bool, is_also: bool) -> Shown:
    if is_small:
        return Shown(None, "few")
    return Shown(None, "also") if is_also else Shown(value)


def rate(part: int, whole: int, threshold: int) -> int | None:
    """Whole percent; None where so few letters lie behind it that one of them would show."""
    return round(part * 100 / whole) if whole >= threshold else None
