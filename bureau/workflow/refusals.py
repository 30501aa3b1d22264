"""Why an act did not happen, each with a sentence for the person who tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import Promise


class Refusal(Exception):
    """Nothing was written but the refusal itself. `sentence` is translated and may be shown."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self._sentence = sentence

    @property
    def sentence(self) -> str:
        return str(self._sentence)

    def __str__(self) -> str:
        return self.sentence


class NotPermitted(Refusal):
    """The person may not do this with this record, or a condition forbids it."""


class WrongState(Refusal):
    """The record is not where this step begins."""


class Invalid(Refusal):
    """What was given cannot stand. `errors`: field → sentences, for the form."""

    def __init__(self, sentence: str | Promise, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(sentence)
        self.errors: dict[str, list[str]] = {name: list(said) for name, said in (errors or {}).items()}

    @classmethod
    def of(cls, error: ValidationError) -> Invalid:
        """The same faults as `full_clean()` found, with one sentence in front."""
        errors: dict[str, list[str]] = {NON_FIELD_ERRORS: error.messages}
        if hasattr(error, "error_dict"):
            errors = error.message_dict
        said = [sentence for sentences in errors.values() for sentence in sentences]
        return cls(" ".join(said), errors)


@dataclass(frozen=True)
class Change:
    """One thing that happened to the record after it was read."""

    at: datetime
    who: str
    label: str
    fields: tuple[str, ...]


class Conflict(Refusal):
    """Somebody else changed the record since it was read. `changes`: what happened, oldest first."""

    def __init__(self, sentence: str | Promise, changes: Sequence[Change] = ()) -> None:
        super().__init__(sentence)
        self.changes = tuple(changes)
