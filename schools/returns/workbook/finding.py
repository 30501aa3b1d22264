"""From the sheets of an uploaded workbook to the cells of a return, wherever they stand; what moved is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bureau.sheets.cells import is_blank
from bureau.sheets.layout import header_key, letters
from bureau.sheets.reading import Raw, Unreadable
from schools.returns.definition import Definition
from schools.returns.workbook.headings import (
    Columns,
    Header,
    Lines,
    columns_of,
    header_in,
    own_keys,
    rows_block,
    words_keys,
)
from schools.returns.workbook.layout import Laid, PartSheet, Spot, sheets_of

_LETTER = re.compile(r"\s*([A-Za-zＡ-Ｚ]{1,2})\s*[·.\s　]")
MOST_NAMED = 8


@dataclass(frozen=True)
class Place:
    """Where a cell stands in the uploaded file, and what is in it."""

    sheet: str
    address: str
    raw: Any

    def __str__(self) -> str:
        return f"{self.sheet}!{self.address}" if self.sheet else self.address


@dataclass
class Found:
    """Cells by key; repeated rows by block, each with its row in the file; what is said about the file."""

    cells: dict[str, Place] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Place]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def found_in(definition: Definition, sheets: Sequence[Raw]) -> Found:
    """Raises Unreadable with what moved, where a figure might land in another cell."""
    found = Found()
    pages = sheets_of(definition)
    taken: dict[str, str] = {}
    strange = []
    for raw in sheets:
        page = _page_of(pages, raw)
        if page is None:
            strange.append(raw.sheet)
        elif page.letter in taken:
            raise Unreadable(
                _("The sheets “%(first)s” and “%(second)s” are both part %(part)s of the form. Delete one.")
                % {"first": taken[page.letter], "second": raw.sheet, "part": page.letter}
            )
        else:
            taken[page.letter] = raw.sheet
            _Reader(raw, page, found).read()
    if not taken:
        raise Unreadable(
            _(
                "None of the sheets is a part of this form. Download the workbook and copy your figures into it."
            )
        )
    _say_what_is_left(found, sheets, [page for page in pages if page.letter not in taken], strange)
    return found


def _page_of(pages: Sequence[PartSheet], raw: Raw) -> PartSheet | None:
    """By the words of the part above the tables or in the sheet's name; else by the letter alone."""
    said = [raw.sheet, *(str(cells[0]) for _number, cells in raw.rows[:3] if cells)]
    for text in said:
        bare = header_key(_LETTER.sub("", text, count=1))
        named = [page for page in pages if bare and bare in words_keys(page.part.words)]
        if len(named) == 1:
            return named[0]
    for text in said:
        match = _LETTER.match(f"{text} ")
        if match and (page := next((one for one in pages if one.letter == match[1].upper()), None)):
            return page
    return None


def _say_what_is_left(
    found: Found, sheets: Sequence[Raw], missing: Sequence[PartSheet], strange: Sequence[str]
) -> None:
    if missing:
        found.notes.append(
            _("Parts without a sheet in the file stay as they are: %(names)s.")
            % {"names": ", ".join(page.name for page in missing)}
        )
    if strange:
        found.notes.append(_("Sheets that are no part of the form were not read: %(names)s.") % _few(strange))
    if sheets[0].hidden:
        found.notes.append(_("Hidden sheets were not read: %(names)s.") % _few(sheets[0].hidden))


def _few(names: Sequence[str]) -> dict[str, str]:
    more = " …" if len(names) > MOST_NAMED else ""
    return {"names": ", ".join(names[:MOST_NAMED]) + more}


class _Reader:
    """One sheet that is one part."""

    def __init__(self, raw: Raw, page: PartSheet, found: Found) -> None:
        self.raw, self.page, self.found = raw, page, found
        self.lines = Lines(page)
        self.header: Header | None = None
        self.columns: dict[str, Columns] = {}  # by block, under the header in force
        self.repeated: Laid | None = None
        self.seen: dict[int, int] = {}  # number of the line → row of the file
        self.moved: list[str] = []
        self.unknown: list[str] = []
        self.merged = [
            (start[0], start[1], end[0], end[1]) for start, end in raw.merged if tuple(start) != tuple(end)
        ]

    def read(self) -> None:
        own = own_keys()
        for row, cells in self.raw.rows:
            header = header_in(row, cells, own)
            if header is not None and not self._is_line(row, cells):
                self._begin(header)
            elif self.header is None:
                continue
            elif self.repeated is not None:
                self._repeated(row, cells)
            else:
                self._line(row, cells)
        self._say()

    def _is_line(self, row: int, cells: Sequence[Any]) -> bool:
        """A line of the form that happens to be called like one of the headings."""
        if self.header is None or self.header.is_entry:
            return False
        return self.lines.find(self.raw.sheet, row, self.header, cells) is not None

    def _begin(self, header: Header) -> None:
        self.header, self.columns, self.repeated = header, {}, None
        if header.is_entry:
            laid = rows_block(self.page, header, set(self.found.rows))
            if laid is not None:
                self.repeated = laid
                self.found.rows[laid.block.key] = []
                self._columns(laid)

    def _columns(self, laid: Laid) -> Columns:
        key = laid.block.key
        if key not in self.columns:
            assert self.header is not None  # noqa: S101 - set with the first header
            columns = self.columns[key] = columns_of(self.raw.sheet, laid, self.header)
            self.moved += columns.moved
            if columns.missing:
                self.found.notes.append(
                    _("Sheet “%(sheet)s”: columns that are not there stay as they are: %(names)s.")
                    % {"sheet": self.raw.sheet, **_few(columns.missing)}
                )
        return self.columns[key]

    def _line(self, row: int, cells: Sequence[Any]) -> None:
        assert self.header is not None  # noqa: S101 - asked by the caller
        line = self.lines.find(self.raw.sheet, row, self.header, cells)
        if line is None:
            if sum(not is_blank(cell) for cell in cells) > 1:
                self.unknown.append(str(row))
            return
        laid, spot = line
        if spot.number in self.seen:
            raise Unreadable(
                _(
                    "Sheet “%(sheet)s”: line %(number)s stands twice, in rows %(first)s and %(row)s. Delete one."
                )
                % {
                    "sheet": self.raw.sheet,
                    "number": spot.number,
                    "first": self.seen[spot.number],
                    "row": row,
                }
            )
        self.seen[spot.number] = row
        self._cells(laid, spot, row, cells)

    def _cells(self, laid: Laid, spot: Spot, row: int, cells: Sequence[Any]) -> None:
        columns = self._columns(laid)
        for head, cell in zip(laid.heads, spot.cells, strict=True):
            place = columns.places.get(head.key)
            if cell is not None and place is not None:
                self.found.cells[cell.key] = self._place(row, place, cells)

    def _repeated(self, row: int, cells: Sequence[Any]) -> None:
        assert self.repeated is not None  # noqa: S101 - asked by the caller
        places = self.columns[self.repeated.block.key].places
        if all(is_blank(cells[place]) for place in places.values() if place < len(cells)):
            return
        self.found.rows[self.repeated.block.key].append(
            {key: self._place(row, place, cells) for key, place in places.items()}
        )

    def _place(self, row: int, place: int, cells: Sequence[Any]) -> Place:
        address = f"{letters(place)}{row}"
        for top, left, bottom, right in self.merged:
            if top <= row - 1 <= bottom and left <= place <= right:
                raise Unreadable(
                    _(
                        "Sheet “%(sheet)s”: the cells around %(cell)s are merged, so nobody can tell which figure "
                        "belongs where. Unmerge them and type each figure."
                    )
                    % {"sheet": self.raw.sheet, "cell": address}
                )
        return Place(self.raw.sheet, address, cells[place] if place < len(cells) else "")

    def _say(self) -> None:
        sheet, notes = self.raw.sheet, self.found.notes
        missing = [
            f"{spot.number} {spot.words}"
            for laid in self.page.blocks
            for spot in laid.spots
            if spot.number not in self.seen
        ]
        shifted = [str(row) for row in self._shifted()]
        if self.moved or shifted:
            notes.append(
                _(
                    "Sheet “%(sheet)s”: columns or rows stand elsewhere than in the form. They were read by their "
                    "headings: %(names)s."
                )
                % {"sheet": sheet, **_few([*dict.fromkeys(self.moved), *shifted])}
            )
        if missing:
            notes.append(
                _("Sheet “%(sheet)s”: lines that are not there stay as they are: %(names)s.")
                % {"sheet": sheet, **_few(missing)}
            )
        if self.unknown:
            notes.append(
                _("Sheet “%(sheet)s”: rows that the form does not have were not read: %(names)s.")
                % {"sheet": sheet, **_few(self.unknown)}
            )

    def _shifted(self) -> list[int]:
        """Rows of lines that stand in another order than in the form."""
        numbers = list(self.seen)
        return [
            self.seen[number] for place, number in enumerate(numbers) if number < max(numbers[: place + 1])
        ]
