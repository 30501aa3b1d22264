"""What is wrong with an identifier, in a sentence that a person can act on."""

from __future__ import annotations

from django.utils.functional import Promise


class BadIdentifier(ValueError):
    """`sentence` is translated when it is shown; it never repeats what was typed."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)
