"""A chart as plain numbers: two bars a month, each with its figure above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, BASE, TOP = 200, 170, 20
MOST_BARS = 24


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    value: int
    kind: str  # class of the style sheet

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        return round(self.y - 4, 1)


@dataclass(frozen=True)
class Group:
    label: str
    middle: float
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Chart:
    width: int
    groups: Sequence[Group]
    height: int = HEIGHT
    base: int = BASE


def chart(pairs: Sequence[tuple[str, int, int]], *, width: int) -> Chart:
    """`pairs`: (label, first figure, second figure), at most 24 of them, from left to right."""
    shown = pairs[-MOST_BARS:]
    top = max([value for _label, *values in shown for value in values] or [0]) or 1
    step = width / max(1, len(shown))
    return Chart(width, [_group(one, number * step, step, top) for number, one in enumerate(shown)])


def _group(pair: tuple[str, int, int], left: float, step: float, top: int) -> Group:
    label, *values = pair
    wide = step * 0.36
    bars = [
        _bar(value, left + step * 0.12 + number * (wide + step * 0.04), wide, top, kind)
        for number, (value, kind) in enumerate(zip(values, ("b1", "p3"), strict=True))
    ]
    return Group(label, round(left + step / 2, 1), bars)


def _bar(value: int, x: float, width: float, top: int, kind: str) -> Bar:
    height = (BASE - TOP) * value / top
    return Bar(round(x, 1), round(BASE - height, 1), round(width, 1), round(height, 1), value, kind)
