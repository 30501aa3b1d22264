"""Word to the system administrators, through whoever stands above and can tell people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from bureau.registry import Registry

# What happened → the sentence is the teller's matter; `count`: how many files it touches.
Trouble = Literal["infected", "scanner_down", "unmatched"]
TELLERS: Registry[Callable[[Trouble, int], None]] = Registry("tellers of trouble with files")


def tell(trouble: Trouble, count: int = 1) -> None:
    for teller in TELLERS:
        teller(trouble, count)
