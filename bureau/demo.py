"""Invented data for a trial: deterministic, relative to today, made app by app from the lowest floor up."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

# Adjective-noun pairs make a password that a person can type; it guards nothing but invented data.
_WORDS = (
    "river",
    "harbour",
    "maple",
    "lantern",
    "willow",
    "granite",
    "meadow",
    "copper",
    "orchard",
    "summit",
)


@dataclass(frozen=True)
class Account:
    """One way to sign in, as the start of the trial prints it."""

    username: str
    who: str
    workspace: str


@dataclass
class DemoRun:
    """What a seeding step gets: how big, which chart, the dice, today, the one hashed password."""

    size: str
    charter: str
    today: date
    password_hash: str
    say: Callable[[str], None]
    dice: random.Random = field(default_factory=lambda: random.Random(140700))  # noqa: S311 – invented data, no secret
    accounts: list[Account] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def step(self, sentence: str) -> None:
        self.say(f"  {time.monotonic() - self.started:5.1f} s  {sentence}")


def new_password() -> str:
    picked = random.SystemRandom().sample(_WORDS, 3)
    return "-".join(picked) + f"-{random.SystemRandom().randrange(10, 99)}"
