"""What upper floors declare: matters with a clock, and who wants to know that a date moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from bureau.deadlines.models import Clock as Clock
from bureau.deadlines.models import ClockEvent, ClockRule
from bureau.registry import Registry

Moved = Callable[[Clock, ClockEvent], None]


@dataclass(frozen=True)
class Matter:
    """Something that must be done in time: `letters.acceptance`. Length and basis are rows of ClockRule."""

    key: str
    label: str | Promise


MATTERS: Registry[Matter] = Registry("matters")
MOVED: Registry[Moved] = Registry("clock_moved")


def register(matter: Matter) -> Matter:
    return MATTERS.add(matter.key, matter)


def clock_moved(kind: str, tell: Moved) -> None:
    """Have `tell(clock, event)` called, in the transaction, when a promised date of a record of `kind` moves.

    `kind` is the model's label in lower case: "office.letter".
    """
    MOVED.add(kind, tell)


def label_of(matter: str, rule: ClockRule) -> str:
    """The declared label, else the name that stands with the rule."""
    declared = MATTERS.get(matter)
    return str(declared.label) if declared else rule.label
