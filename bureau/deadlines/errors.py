"""What cannot be done with a clock, in a sentence."""

from __future__ import annotations

from django.utils.functional import Promise


class ClockError(Exception):
    """`sentence` is translated when it is shown."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class MayNotExtend(ClockError):
    """The rule leaves the extension to others, or to nobody."""
