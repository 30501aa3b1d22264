"""What a page of a return is drawn from: boxes, notes, rows, blocks, and what is known beside the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from schools.returns.checking import Finding
from schools.returns.definition import Definition
from schools.returns.models import CellChange, Remark, Return
from schools.returns.services.entry import Conflict

BLANK_ROWS = 1
Shape = Literal["input", "date", "select", "area", "text", "closed"]


@dataclass(frozen=True)
class Note:
    """A sentence under a row. `name`: the box for a reason or an answer that it asks for."""

    kind: Literal["bad", "warn", "chat", "info"]
    text: str
    address: str = ""
    name: str = ""
    reason: str = ""
    who: str = ""
    answer: str = ""
    is_closed: bool = False
    may_answer: bool = False
    may_close: bool = False
    remark: int = 0
    is_empty: bool = False  # it only says that nothing stands there yet

    @property
    def is_unexplained(self) -> bool:
        """Unusual, and nobody has said why it is right."""
        return self.kind == "warn" and not self.reason

    @property
    def said(self) -> str:
        if not self.address:
            return self.text
        return _("%(cell)s: %(sentence)s") % {"cell": self.address, "sentence": self.text}


@dataclass(frozen=True)
class Box:
    """One cell as it is drawn. `name` is that of its control: the address, so a carried form says little."""

    shape: Shape
    name: str = ""
    label: str = ""
    value: str = ""
    mode: str = ""
    options: Sequence[tuple[str, str]] = ()
    classes: str = ""
    described: str = ""
    is_invalid: bool = False
    is_number: bool = False
    old: str | None = None  # what stood there when the return came back, where it was changed since


@dataclass(frozen=True)
class GridRow:
    """One row of a table, or one question, with what is said about it."""

    words: str
    number: str = ""
    code: str = ""
    level: int = 0
    is_total: bool = False
    boxes: Sequence[Box] = ()
    notes: Sequence[Note] = ()
    notes_id: str = ""
    hint: str = ""
    unit: str = ""
    remove: str = ""

    @property
    def open_notes(self) -> list[Note]:
        return [note for note in self.notes if not note.is_closed]

    @property
    def closed_notes(self) -> list[Note]:
        return [note for note in self.notes if note.is_closed]

    @property
    def is_warning(self) -> bool:
        return all(note.kind != "bad" for note in self.notes)


@dataclass(frozen=True)
class Head:
    letter: str
    words: str
    unit: str = ""


@dataclass(frozen=True)
class Shown:
    """One block, ready to be drawn."""

    type: str
    key: str
    title: str
    note: str = ""
    heads: Sequence[Head] = ()
    rows: Sequence[GridRow] = ()
    notes: Sequence[Note] = ()
    may_add: bool = False
    # Of repeated rows that do not fit on one page: rows before and after; this page, all pages, the rows in words.
    around: str = ""
    page: int = 1
    pages: Sequence[int] = ()
    span: str = ""
    required: bool = False

    @property
    def width(self) -> int:
        return len(self.heads) + 1


@dataclass
class Beside:
    """What a page knows of a return besides its cells. `typed`: boxes that come back as they were typed."""

    record: Return
    definition: Definition
    last: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    # Cells that are further from the last return than the form, the row, the column or the office allows.
    far: frozenset[str] = frozenset()
    remarks: Mapping[str, Sequence[Remark]] = field(default_factory=dict)
    differences: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, CellChange] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    is_open: bool = False
    # Of repeated rows: the page that is shown; of typed ones, how many stand before and after them.
    page: int = 1
    around: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    blanks: int = BLANK_ROWS
    has_last: bool = False
