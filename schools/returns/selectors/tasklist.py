"""The parts of a return as a list of tasks: what is begun, what is wrong, what is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.returns.checking import Finding
from schools.returns.choices import WITH_SCHOOL
from schools.returns.definition import Cell, Definition, Part, Rows, Upload
from schools.returns.models import Return
from schools.returns.selectors.answering import asked

TagKind = Literal["", "half", "done", "warn", "bad"]


@dataclass(frozen=True)
class Task:
    """One part. `wrong`: errors at cells that hold something; `missing`: cells that must be filled."""

    key: str
    letter: str
    words: str
    filled: int
    boxes: int
    wrong: int
    missing: int
    to_explain: int
    open_remarks: int

    @property
    def is_begun(self) -> bool:
        return self.filled > 0

    @property
    def is_complete(self) -> bool:
        return self.is_begun and not (self.wrong or self.missing or self.to_explain)

    @property
    def tag(self) -> str:
        if self.wrong:
            return ngettext("%(count)d error", "%(count)d errors", self.wrong) % {"count": self.wrong}
        if not self.is_begun:
            return _("Not started")
        if self.missing:
            return _("In progress")
        if self.to_explain:
            words = ngettext("%(count)d to explain", "%(count)d to explain", self.to_explain)
            return words % {"count": self.to_explain}
        return _("Complete")

    @property
    def tag_kind(self) -> TagKind:
        if self.wrong:
            return "bad"
        if not self.is_begun:
            return ""
        if self.missing:
            return "half"
        return "warn" if self.to_explain else "done"


# How the keys of findings begin that only ask for what is not there yet.
_ASKING = ("required:", "rows:", "files:")


def is_missing(finding: Finding) -> bool:
    """It asks for something that is still empty; nothing that stands there is wrong."""
    return finding.severity == "error" and finding.key.startswith(_ASKING)


def due_on(record: Return) -> date | None:
    """Until when the school must act; None where it has nothing to do."""
    if record.status not in WITH_SCHOOL:
        return None
    return (record.returned_due_on if record.round else None) or record.collection.due_on


def parts(record: Return, found: Sequence[Finding]) -> list[Task]:
    """Every part that this school is asked, in the order of the form."""
    definition = asked(record)
    open_at = list(record.remarks.filter(closed_at=None).values_list("cell", flat=True))
    return [_task(record, part, definition, found, open_at) for part in definition.parts]


def _task(
    record: Return, part: Part, definition: Definition, found: Sequence[Finding], open_at: Sequence[str]
) -> Task:
    cells = {key: cell for key, cell in definition.cells.items() if cell.part.key == part.key}
    rows = {block.key for block in part.blocks if isinstance(block, Rows)}
    blocks = rows | {block.key for block in part.blocks if isinstance(block, Upload)}
    here = [one for one in found if one.cells and _stands_in(one.cells[0], cells, blocks)]
    errors = [one for one in here if one.severity == "error"]
    wrong = [one for one in errors if not is_missing(one)]
    boxes = [key for key, cell in cells.items() if not cell.spec.computed]
    # A part that asks for files alone is begun when none is missing.
    done = int(not boxes and not rows and not errors)
    return Task(
        part.key,
        definition.letter(part),
        str(part.words),
        filled=sum(1 for key in boxes if key in record.values)
        + sum(len(record.rows.get(key) or []) for key in rows)
        + done,
        boxes=len(boxes),
        wrong=len(wrong),
        missing=len(errors) - len(wrong),
        to_explain=sum(1 for one in here if one.severity != "error" and one.needs_reason and not one.reason),
        open_remarks=sum(1 for cell in open_at if cell in cells),
    )


def _stands_in(key: str, cells: dict[str, Cell], blocks: set[str]) -> bool:
    return key in cells or key in blocks or key.split(".")[0] in blocks


def part_of(key: str, definition: Definition) -> Part | None:
    """The part in which a cell, a repeated row or a block of rows stands."""
    cell = definition.cells.get(key)
    if cell is not None:
        return cell.part
    wanted = key.split(".")[0]
    return next((part for part in definition.parts for block in part.blocks if block.key == wanted), None)
