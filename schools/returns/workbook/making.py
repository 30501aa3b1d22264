"""The workbook of a return as an .xlsx: what is known stands in it, boxes are open, all else is locked, no formula.

The same maker writes the file that is handed back after an upload: then the boxes hold what was uploaded, cells
with a remark are coloured, and two columns at the end of each table say what is wrong, one line for each cell.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.sheets.layout import result_heads
from bureau.sheets.opening import MARKER
from bureau.sheets.streaming import Value
from bureau.sheets.template import LONGEST_RULE
from schools.returns.definition import NUMERIC, Cell, CellSpec, Rows, Table, Upload
from schools.returns.models import Return
from schools.returns.selectors.answering import asked, last_values
from schools.returns.workbook.layout import (
    BEFORE,
    CODE,
    CODE_PLACE,
    ENTRY,
    ITEM,
    ITEM_PLACE,
    NUMBER,
    NUMBER_PLACE,
    Laid,
    PartSheet,
    Spot,
    sheets_of,
)
from schools.returns.workbook.marks import Mark, mark_of

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# Percent as text: in a cell for numbers a spreadsheet keeps a typed 12% as 0.12.
_NUMBERS = {"number": "0", "decimal": "General", "percent": "@", "money": "0.00"}
# A spreadsheet keeps no more digits of a number.
EXACT = 10**11
WIDTHS = {NUMBER_PLACE: 8, CODE_PLACE: 8, ITEM_PLACE: 30}
COLUMN_WIDTH = 16
# What people may do on a sheet whose headings are locked.
_ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


@dataclass(frozen=True)
class Note:
    """What is said about a cell of the file that is handed back. `kind`: error or unusual."""

    kind: str
    text: str


@dataclass
class Content:
    """What stands in the boxes: by cell, by block and row; and what is said about them."""

    cells: Mapping[str, Value]
    rows: Mapping[str, Sequence[Mapping[str, Value]]]
    notes: Mapping[str, Sequence[Note]] = field(default_factory=dict)
    is_returned: bool = False


def workbook(record: Return, content: Content | None = None) -> bytes:
    """An .xlsx in the reader's language; the return as it stands unless `content` says otherwise."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        _Maker(book, record, content or content_of(record)).fill()
    return target.getvalue()


def content_of(record: Return) -> Content:
    definition = asked(record)
    cells = {
        key: in_sheet(cell.spec, record.values[key])
        for key, cell in definition.cells.items()
        if record.values.get(key, "") != ""
    }
    rows = {}
    for part in definition.parts:
        for block in part.blocks:
            if isinstance(block, Rows):
                specs = {item.key: item.spec for item in block.columns}
                rows[block.key] = [
                    {key: in_sheet(specs[key], text) for key, text in row.items() if key in specs}
                    for row in record.rows.get(block.key) or []
                ]
    return Content(cells, rows)


def in_sheet(spec: CellSpec, canonical: str) -> Value:
    """A canonical text as a spreadsheet holds it: numbers as numbers, money in yuan, choices in words."""
    if canonical == "":
        return ""
    if spec.kind in NUMERIC:
        number = int(canonical) / 100 if spec.kind == "money" else float(canonical)
        if abs(number) >= EXACT:
            return canonical
        return int(number) if number.is_integer() else number
    if spec.kind == "yes_no":
        return _("yes") if canonical == "yes" else _("no")
    if spec.kind == "choice":
        return next((str(words) for code, words in spec.choices if code == canonical), canonical)
    return canonical


class _Maker:
    def __init__(self, book: Any, record: Return, content: Content) -> None:
        self.book, self.record, self.content = book, record, content
        self.mark: Mark = mark_of(record)
        self.before = last_values(record)
        self.known: dict[tuple[Any, ...], Any] = {}
        self.heads = self._format(bold=True, text_wrap=True, bg_color="#E7F0F8", border=1)
        self.bold, self.plain = self._format(bold=True), self._format(num_format="@")
        self.small = self._format(font_size=8, font_color="#6A7A87")

    def _format(self, **look: Any) -> Any:
        """Formats by their look: a workbook with one for each cell would be large and slow."""
        key = tuple(sorted(look.items()))
        if key not in self.known:
            self.known[key] = self.book.add_format(look)
        return self.known[key]

    def fill(self) -> None:
        counts = {key: len(rows) for key, rows in self.content.rows.items()}
        for page in sheets_of(asked(self.record), counts):
            self._page(page)
        self._marker()

    def _page(self, page: PartSheet) -> None:
        sheet = self.book.add_worksheet(page.name)
        sheet.protect("", _ALLOWED)
        sheet.set_column(0, 25, COLUMN_WIDTH)
        for place, width in WIDTHS.items():
            sheet.set_column(place, place, width)
        sheet.write_string(0, 0, f"{page.letter} · {page.part.words}", self._format(bold=True, font_size=14))
        sheet.write_string(1, 0, f"{self.record.collection} · {self.record.school}")
        sheet.write_string(
            2,
            0,
            _("Fill in the white boxes, save, upload. Grey cells are worked out or do not apply."),
        )
        sheet.write_string(3, 0, self.mark.said(), self.small)
        for laid in page.blocks:
            self._block(sheet, laid)

    def _block(self, sheet: Any, laid: Laid) -> None:
        title = str(laid.block.words)
        if isinstance(laid.block, Upload):
            said = _("%(title)s: files are added on the page of the return.") % {"title": title}
            sheet.write_string(laid.title_place, 0, said)
            return
        note = laid.block.note if isinstance(laid.block, Table) else None
        sheet.write_string(laid.title_place, 0, f"{title} – {note}" if note else title, self.bold)
        for head in laid.heads:
            sheet.write_string(laid.head_place, head.place, str(head), self.heads)
        if laid.spare:
            self._rows(sheet, laid)
            return
        for place, text in ((NUMBER_PLACE, NUMBER), (CODE_PLACE, CODE), (ITEM_PLACE, ITEM)):
            sheet.write_string(laid.head_place, place, str(text), self.heads)
        for spot in laid.spots:
            self._line(sheet, laid, spot)
        after = self._before(sheet, laid)
        self._results(sheet, laid, after)

    def _line(self, sheet: Any, laid: Laid, spot: Spot) -> None:
        unit = f" ({spot.unit})" if spot.unit is not None else ""
        sheet.write_string(spot.place, NUMBER_PLACE, str(spot.number), self.plain)
        sheet.write_string(spot.place, CODE_PLACE, spot.code, self.plain)
        look = self._format(indent=spot.level, text_wrap=True) if spot.level else self._format(text_wrap=True)
        sheet.write_string(spot.place, ITEM_PLACE, f"{spot.words}{unit}", look)
        for head, cell in zip(laid.heads, spot.cells, strict=True):
            if cell is None:
                sheet.write_blank(spot.place, head.place, None, self._format(bg_color="#BFBFBF"))
            else:
                self._cell(sheet, spot.place, head.place, cell)

    def _cell(self, sheet: Any, row: int, place: int, cell: Cell) -> None:
        notes = self.content.notes.get(cell.key, ())
        self._box(sheet, row, place, cell.spec, self.content.cells.get(cell.key, ""), notes)

    def _box(
        self, sheet: Any, row: int, place: int, spec: CellSpec, value: Value, notes: Sequence[Note]
    ) -> None:
        look: dict[str, Any] = {"border": 1, "num_format": _NUMBERS.get(spec.kind, "@")}
        if spec.computed:
            look |= {"bg_color": "#E7E6E6"}
        else:
            look |= {"locked": False}
        if notes:
            worst = any(note.kind == "error" for note in notes)
            look |= {"bg_color": "#FCECEA" if worst else "#FFF2D4"}
        shape = self._format(**look)
        if value in (None, ""):
            sheet.write_blank(row, place, None, shape)
        elif isinstance(value, int | float):
            sheet.write_number(row, place, value, shape)
        else:
            sheet.write_string(row, place, str(value), shape)
        self._list(sheet, row, place, spec)

    def _list(self, sheet: Any, row: int, place: int, spec: CellSpec) -> None:
        """A drop-down; a list too long for the rule of a cell is checked at the upload alone."""
        labels = {
            "choice": [str(words) for _code, words in spec.choices],
            "yes_no": [_("yes"), _("no")],
        }.get(spec.kind, [])
        if labels and not spec.computed and sum(len(label) + 1 for label in labels) <= LONGEST_RULE:
            rule = {"validate": "list", "source": labels, "error_type": "warning"}
            sheet.data_validation(row, place, row, place, rule)

    def _rows(self, sheet: Any, laid: Laid) -> None:
        assert isinstance(laid.block, Rows)  # noqa: S101 - only they have spare lines
        key, filled = laid.block.key, self.content.rows.get(laid.block.key, ())
        sheet.write_string(laid.head_place, 0, str(ENTRY), self.heads)
        specs = {item.key: item.spec for item in laid.block.columns}
        for number in range(1, laid.spare + 1):
            row = laid.head_place + number
            sheet.write_string(row, 0, str(number), self.plain)
            values: Mapping[str, Value] = filled[number - 1] if number <= len(filled) else {}
            for head in laid.heads:
                notes = self.content.notes.get(f"{key}.{number}.{head.key}", ())
                self._box(sheet, row, head.place, specs[head.key], values.get(head.key, ""), notes)
            said = [
                (head.letter, note)
                for head in laid.heads
                for note in self.content.notes.get(f"{key}.{number}.{head.key}", ())
            ]
            self._say(sheet, row, laid.heads[-1].place + 2, said)
        if self.content.is_returned:
            self._result_heads(sheet, laid.head_place, laid.heads[-1].place + 2)

    def _before(self, sheet: Any, laid: Laid) -> int:
        """Figures of the period before, beside a table that has some. Returns the next free column."""
        after = laid.heads[-1].place + 2
        cells = [(spot, at, cell) for spot in laid.spots for at, cell in enumerate(spot.cells) if cell]
        known = [
            (spot, at, cell)
            for spot, at, cell in cells
            if cell.spec.kind in NUMERIC and cell.key in self.before
        ]
        if not known:
            return after
        for head in laid.heads:
            place = after + head.place - laid.heads[0].place
            sheet.write_string(laid.head_place, place, f"{BEFORE} · {head}", self.heads)
        for spot, at, cell in known:
            look = self._format(font_color="#586875", num_format=_NUMBERS[cell.spec.kind])
            value = in_sheet(cell.spec, self.before[cell.key])
            sheet.write(spot.place, after + at, value, look)
        return after + len(laid.heads) + 1

    def _results(self, sheet: Any, laid: Laid, place: int) -> None:
        if not self.content.is_returned:
            return
        self._result_heads(sheet, laid.head_place, place)
        for spot in laid.spots:
            said = [
                (cell.address, note)
                for cell in spot.cells
                if cell is not None
                for note in self.content.notes.get(cell.key, ())
            ]
            self._say(sheet, spot.place, place, said)

    def _result_heads(self, sheet: Any, row: int, place: int) -> None:
        for at, text in enumerate(result_heads()):
            sheet.write_string(row, place + at, text, self.heads)
        sheet.set_column(place + 1, place + 1, 60)

    def _say(self, sheet: Any, row: int, place: int, said: Sequence[tuple[str, Note]]) -> None:
        if not self.content.is_returned or not said:
            return
        worst = any(note.kind == "error" for _address, note in said)
        sheet.write_string(row, place, _("error") if worst else _("unusual"), self.plain)
        wrapped = self._format(num_format="@", text_wrap=True)
        lines = "\n".join(f"{address}: {note.text}" for address, note in said)
        sheet.write_string(row, place + 1, lines, wrapped)

    def _marker(self) -> None:
        sheet = self.book.add_worksheet(MARKER)
        sheet.very_hidden()
        marks = {"return": self.mark.said(), "made": timezone.localdate().isoformat()}
        for number, (name, value) in enumerate(marks.items()):
            sheet.write_string(number, 0, name)
            sheet.write_string(number, 1, value)
