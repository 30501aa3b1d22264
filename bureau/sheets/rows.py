"""One row of an uploaded sheet: what it says, what it would do, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


class Outcome(StrEnum):
    """What saving would do with the row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about one cell, or about the whole row where `column` is empty."""

    column: str
    sentence: str


@dataclass(slots=True)
class Row:
    """`number` is the row's real number in the file; `values` holds parsed values by column name.

    A column that the file does not have, a cell that could not be read and an empty cell of a column with
    `blank="keep"` are absent from `values`: ask with `row.get(name)`.
    """

    number: int
    values: dict[str, Any]
    outcome: Outcome | None = None
    record: Any = None  # what the register holds for it; None for a new row
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # column → (now, then)
    faults: list[Remark] = field(default_factory=list)
    doubts: list[Remark] = field(default_factory=list)
    who: str = ""  # the person or record that the row is about, in words

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def fault(self, sentence: Text, column: str = "") -> None:
        """The row cannot be saved like this: what is wrong and what to do, in plain words."""
        self.faults.append(Remark(column, str(sentence)))

    def doubt(self, sentence: Text, column: str = "") -> None:
        """Unusual: saved only after a tick "these are right"."""
        self.doubts.append(Remark(column, str(sentence)))

    def let_go(self) -> None:
        """The row is written: what it brought and the record made of it need not be held for the whole file.

        What a report says of it stays; as long as the transaction is open the register holds no such record.
        """
        if self.outcome is Outcome.NEW:
            self.record = None
            self.values = {
                name: self.values[name] for name in {one.column for one in self.doubts} if name in self.values
            }

    @property
    def is_ready(self) -> bool:
        return not self.faults

    @property
    def writes(self) -> bool:
        """Whether saving writes anything for it."""
        return self.outcome in (Outcome.NEW, Outcome.CHANGED)
