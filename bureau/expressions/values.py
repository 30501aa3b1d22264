"""What a rule computes with, and where the values of its names come from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum
from typing import Final, Literal, Protocol

Value = Decimal | str | bool | date


class Missing(Enum):
    """The one value of what is not there. It is not zero, not an empty text, and not no."""

    MISSING = "missing"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING
# What stands in the brackets of a function that a room adds: a name is given as its text.
Argument = Value
# Exact for everything a form holds. Nothing traps: what leaves these bounds is no number and becomes missing.
NUMBERS = Context(prec=60, rounding=ROUND_HALF_UP, Emin=-200, Emax=200, traps=[])


class World(Protocol):
    """The values of names. It answers with MISSING for what it does not know and never raises."""

    def value(self, name: str) -> Value | Missing:
        """The value of one name."""
        ...

    def values(self, pattern: str) -> Sequence[Value | Missing]:
        """The values of all names of a pattern, of a list, or of one plain name."""
        ...

    def call(
        self, function: str, arguments: tuple[Argument, ...]
    ) -> Value | Missing | Sequence[Value | Missing]:
        """What a function of the room gives; a sequence where an argument is a pattern."""
        ...


def number(value: Decimal) -> Decimal | Missing:
    """A finite number within the bounds, or missing; never minus zero."""
    if not value.is_finite():
        return MISSING
    return value if value else abs(value)
