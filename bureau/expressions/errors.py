from __future__ import annotations

from django.utils.translation import gettext as _


class ExpressionError(Exception):
    """A rule that cannot be read or would make no sense: a sentence for whoever wrote it.

    `at`: the place in the text, counted from 0; None where the fault has no place.
    """

    def __init__(self, sentence: str, at: int | None = None) -> None:
        super().__init__(sentence)
        self.reason = sentence
        self.at = at

    @property
    def sentence(self) -> str:
        """With the place, counted from 1 as people count."""
        if self.at is None:
            return self.reason
        return _("Character %(place)s: %(reason)s") % {"place": self.at + 1, "reason": self.reason}

    def __str__(self) -> str:
        return self.sentence
