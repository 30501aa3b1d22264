"""Whose workbook it is: form, version, collection, school, return, the saving on which it stands, its layout.

The mark stands twice: on the hidden sheet of the portal and, for sheets that are copied into another workbook
or saved as text, in small print on every sheet. It gives no right: rights are those of the return.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s

from bureau.sheets.reading import Raw
from schools.returns.definition import Definition
from schools.returns.models import Return
from schools.returns.selectors.answering import asked

# Rows of a sheet among which its small print is looked for.
DEEPEST_MARK = 12
_SAID = re.compile(
    r"\[return (?P<return_id>\d{1,18}) · (?P<form>[a-z0-9_]{1,30}) (?P<version>\d{1,5}) · (?P<collection>\d{1,18})"
    r" · (?P<school>[0-9A-Z]{0,20}) · (?P<entry>\d{1,9}) · (?P<layout>[0-9a-f]{16})\]"
)


@dataclass(frozen=True)
class Mark:
    form: str
    version: int
    collection: int
    school: str
    return_id: int
    entry: int
    layout: str

    def said(self) -> str:
        return (
            f"[return {self.return_id} · {self.form} {self.version} · {self.collection}"
            f" · {self.school} · {self.entry} · {self.layout}]"
        )

    @property
    def whose(self) -> tuple[str, int, int, str, int]:
        """Everything but the saving on which it stands."""
        return self.form, self.version, self.collection, self.school, self.return_id


def mark_of(record: Return) -> Mark:
    version = record.form_version
    return Mark(
        form=version.form.code,
        version=version.number,
        collection=record.collection_id,
        school=record.school.code or "",
        return_id=record.pk,
        entry=record.entry,
        layout=layout_signature(asked(record)),
    )


def layout_signature(definition: Definition) -> str:
    """Differs when a cell stands elsewhere or is called otherwise."""
    said = [(cell.key, cell.address, cell.label.zh, cell.label.en) for cell in definition.cells.values()]
    return blake2s(repr(said).encode(), digest_size=8).hexdigest()


def marks_in(sheets: Sequence[Raw]) -> list[tuple[str, Mark]]:
    """Every mark of an uploaded workbook with the name of its sheet; "" for the hidden one."""
    found = [("", hidden)] if sheets and (hidden := _hidden(sheets[0].marker)) else []
    for sheet in sheets:
        for text in _first_texts(sheet):
            if match := _SAID.search(text):
                found.append((sheet.sheet, _mark(match.groupdict())))
    return found


def _hidden(marker: Mapping[str, str]) -> Mark | None:
    match = _SAID.search(marker.get("return", ""))
    return _mark(match.groupdict()) if match else None


def _mark(said: Mapping[str, str]) -> Mark:
    return Mark(
        form=said["form"],
        version=int(said["version"]),
        collection=int(said["collection"]),
        school=said["school"],
        return_id=int(said["return_id"]),
        entry=int(said["entry"]),
        layout=said["layout"],
    )


def _first_texts(sheet: Raw) -> Iterable[str]:
    for _number, cells in sheet.rows[:DEEPEST_MARK]:
        yield from (cell for cell in cells if isinstance(cell, str))
