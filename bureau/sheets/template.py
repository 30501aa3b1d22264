"""The workbook that people fill in: it holds what is known already, lists to choose from, and whose it is."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bureau.sheets.checking import Asked
from bureau.sheets.declare import Choice, SheetColumn
from bureau.sheets.layout import letters
from bureau.sheets.opening import LISTS, MARKER

# Longer lists do not fit into the rule of a cell; they stand on a hidden sheet.
LONGEST_RULE = 255
# Rows below the known ones that carry drop-downs, too.
SPARE_ROWS = 500
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FORMATS = {"text": "@", "code": "@", "date": "yyyy-mm-dd", "money": "0.00", "integer": "0", "choice": "@"}


def template(asked: Asked) -> bytes:
    """An .xlsx in the reader's language, with the rows that the person keeps."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        _Template(book, asked).fill()
    return target.getvalue()


class _Template:
    def __init__(self, book: Any, asked: Asked) -> None:
        self.book, self.asked = book, asked
        self.sheet = asked.sheet
        self.columns: Sequence[SheetColumn] = asked.sheet.columns
        self.writable = asked.sheet.writable(asked.scope, asked.by) | set(asked.sheet.identity)
        self.lists: dict[str, list[Choice]] = {
            column.name: list(column.choices(asked.by))
            for column in self.columns
            if column.choices is not None
        }
        self.words = {
            name: {choice.value: choice.label() for choice in choices} for name, choices in self.lists.items()
        }

    def fill(self) -> None:
        page = self.book.add_worksheet(_sheet_name(str(self.sheet.title)))
        page.freeze_panes(1, min(2, len(self.sheet.identity)))
        self._columns(page)
        self._header(page)
        last = self._rows(page)
        self._rules(page, last + SPARE_ROWS)
        self._about()
        self._lists()
        self._marker()

    def _format(self, column: SheetColumn) -> Any:
        look: dict[str, Any] = {"num_format": _FORMATS.get(column.kind, "General")}
        if column.name not in self.writable:
            look |= {"bg_color": "#E7E6E6"}
        return self.book.add_format(look)

    def _columns(self, page: Any) -> None:
        self.formats = [self._format(column) for column in self.columns]
        for place, column in enumerate(self.columns):
            page.set_column(place, place, column.width, self.formats[place])

    def _header(self, page: Any) -> None:
        bold = self.book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "num_format": "@"})
        for place, column in enumerate(self.columns):
            mark = " *" if column.required else ""
            page.write_string(0, place, f"{self.sheet.label(column)}{mark}", bold)
            if words := self._words_on(column):
                page.write_comment(0, place, words)

    def _words_on(self, column: SheetColumn) -> str:
        """The note on a header: what belongs here, and in which form."""
        said = [str(column.note)] if column.note else []
        if column.required:
            said.append(_("Must be filled in."))
        if column.name not in self.writable:
            said.append(_("Shown only; it is kept elsewhere."))
        form = {
            "date": _("A date such as 2026-09-01."),
            "money": _("An amount in yuan, at most two digits after the point."),
            "yes_no": _("Yes or no."),
            "choice": _("Choose from the list."),
        }.get(column.kind, "")
        return "\n".join([*said, form] if form else said)

    def _rows(self, page: Any) -> int:
        number = 0
        known = self.sheet.known(self.asked.scope, self.asked.by)
        for number, values in enumerate(known, start=1):
            self._row(page, number, values)
        return number

    def _row(self, page: Any, number: int, values: Mapping[str, Any]) -> None:
        for place, column in enumerate(self.columns):
            value = values.get(column.name)
            if value in (None, ""):
                continue
            look = self.formats[place]
            if column.kind == "choice":
                page.write_string(number, place, str(self.words[column.name].get(value, value)), look)
            elif column.kind == "yes_no":
                page.write_string(number, place, _("yes") if value else _("no"), look)
            elif column.kind == "money":
                page.write_number(number, place, value / 100, look)
            elif column.kind in ("integer", "decimal"):
                page.write_number(number, place, value, look)
            elif isinstance(value, date):
                page.write_datetime(number, place, datetime.combine(value, time()), look)
            else:
                page.write_string(number, place, str(value), look)

    def _rules(self, page: Any, last: int) -> None:
        for place, column in enumerate(self.columns):
            labels = self._labels(column)
            if not labels:
                continue
            short = len(",".join(labels)) <= LONGEST_RULE and not any("," in label for label in labels)
            source: Any = labels if short else f"={LISTS}!${letters(place)}$1:${letters(place)}${len(labels)}"
            page.data_validation(
                1, place, last, place, {"validate": "list", "source": source, "error_type": "warning"}
            )

    def _labels(self, column: SheetColumn) -> list[str]:
        if column.kind == "yes_no":
            return [_("yes"), _("no")]
        return [choice.label() for choice in self.lists.get(column.name, ())]

    def _about(self) -> None:
        page = self.book.add_worksheet(_("About"))
        page.set_column(0, 0, 100)
        for number, line in enumerate(self._story()):
            page.write_string(number, 0, line)

    def _story(self) -> list[str]:
        return [
            str(self.sheet.title),
            _("Template of %(version)s") % {"version": self.sheet.version()},
            self.asked.scope.label or _("all records"),
            "",
            _(
                "The first sheet holds what the register knows already. Change cells, add rows below, save, upload."
            ),
            _("Before anything is saved you see what would change and which cells need a correction."),
            _("A star marks what a new record must have. Grey columns are shown only."),
            _(
                "Leave a cell empty where nothing is to be changed. Rows that you delete here stay in the register."
            ),
        ]

    def _lists(self) -> None:
        """Written row by row, as the writer keeps no sheet in memory."""
        page = self.book.add_worksheet(LISTS)
        page.hide()
        columns = [self._labels(column) for column in self.columns]
        for number in range(max((len(labels) for labels in columns), default=0)):
            for place, labels in enumerate(columns):
                if number < len(labels):
                    page.write_string(number, place, labels[number])

    def _marker(self) -> None:
        """Whose template this is, so that another year's or another place's is refused."""
        page = self.book.add_worksheet(MARKER)
        page.very_hidden()
        scope = self.asked.scope
        marks = {
            "sheet": self.sheet.key,
            "version": self.sheet.version(),
            "scope": scope.key,
            "place": scope.label,
        }
        for number, (name, value) in enumerate(marks.items()):
            page.write_string(number, 0, name)
            page.write_string(number, 1, value)


def _sheet_name(title: str) -> str:
    return "".join(" " if mark in "[]:*?/\\'" else mark for mark in title).strip()[:31] or "1"
