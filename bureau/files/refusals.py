"""Why a file was not taken. Each refusal is one sentence for the person who sent it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.functional import Promise


class FileRefused(ValidationError):
    """What was sent is not taken: its type, its size, its content."""

    def __init__(self, sentence: str | Promise, **params: object) -> None:
        super().__init__(str(sentence), params=params or None)

    @property
    def sentence(self) -> str:
        return str(self.messages[0])


class NoRoom(FileRefused):
    """The file could be written nowhere; the person may try again later."""


class AlreadyThere(FileRefused):
    """The very same content is on the record: a form sent twice, or a file chosen twice."""


class NotOpen(Exception):
    """The content is not handed out: waiting for the virus check, infected, withdrawn."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
