"""Comparing two values. Different kinds, and what is missing, cannot be compared: the answer is missing."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from bureau.expressions.values import MISSING, Missing, Value

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def same(left: Value | Missing, right: Value | Missing) -> bool | Missing:
    return left == right if type(left) is type(right) and not isinstance(left, Missing) else MISSING


def compared(sign: str, left: Value | Missing, right: Value | Missing) -> bool | Missing:
    """`=` and `<>` for all kinds, an order for numbers and dates."""
    if sign in ("=", "<>"):
        equal = same(left, right)
        return equal if isinstance(equal, Missing) or sign == "=" else not equal
    if type(left) is type(right) and isinstance(left, Decimal | date):
        return _ORDER[sign](left, right)
    return MISSING
