"""Which column is which: header rows found wherever they stand, in either language, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.identifiers.text import fold, normalise_digits
from bureau.sheets.declare import Sheet
from bureau.sheets.languages import in_every_language
from bureau.sheets.reading import Raw, Unreadable

# Titles, dates and notes stand above a header; nobody writes more of them.
DEEPEST_HEADER = 30
SUMS = frozenset({"合计", "总计", "小计", "共计", "total", "sum", "subtotal"})
_RESULT, _TO_DO = gettext_lazy("Result"), gettext_lazy("What to do")
_LEFT_OUT = re.compile(r"[\s*＊:：_/\\、·\-—]+")
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")


@dataclass
class Table:
    """The rows of a file below its header. `columns`: column name → place from the left, counted from 0."""

    columns: dict[str, int]
    headers: list[str]
    rows: list[tuple[int, list[Any]]]
    notes: list[str] = field(default_factory=list)


@dataclass
class _Header:
    first: int  # index into the rows
    height: int
    columns: dict[str, int]
    twice: dict[str, list[int]]
    texts: list[str]


def result_heads() -> tuple[str, str]:
    """The two columns that a returned file adds; they are passed over when it is uploaded again."""
    return str(_RESULT), str(_TO_DO)


def header_key(text: Any) -> str:
    """A header as it is compared: without spaces, marks, width and case."""
    return _LEFT_OUT.sub("", fold(normalise_digits(str(text))))


def names_of(sheet: Sheet) -> dict[str, str]:
    """Every way to write a header → the column's name. What the template writes goes before all other ways."""
    found: dict[str, str] = {}
    for texts in (_labels(sheet), _aliases(sheet), {column.name: [column.name] for column in sheet.columns}):
        for name, ways in texts.items():
            for text in ways:
                found.setdefault(header_key(text), name)
    return found


def _labels(sheet: Sheet) -> dict[str, Sequence[str]]:
    return {column.name: in_every_language(sheet.label_source(column)) for column in sheet.columns}


def _aliases(sheet: Sheet) -> dict[str, Sequence[str]]:
    return {column.name: column.aliases for column in sheet.columns}


def laid_out(sheet: Sheet, raw: Raw) -> Table:
    """Raises Unreadable where no header is found, a key column is missing or one stands there twice."""
    header = _found(names_of(sheet), raw)
    if header is None:
        raise Unreadable(_no_header(sheet))
    if header.twice:
        name, places = next(iter(header.twice.items()))
        raise Unreadable(
            _("The columns %(places)s are both headed “%(label)s”. Delete or rename one of them.")
            % {"places": ", ".join(letters(place) for place in places), "label": _label(sheet, name)}
        )
    missing = [name for name in sheet.identity if name not in header.columns]
    if missing:
        raise Unreadable(
            _("The column “%(label)s” is missing. Without it no row can be told from another.")
            % {"label": _label(sheet, missing[0])}
        )
    _refuse_ten_thousands(sheet, header)
    rows, notes = _body(raw.rows[header.first + header.height :], header)
    if not rows:
        raise Unreadable(_("There is no row below the header."))
    return Table(header.columns, header.texts, rows, [*_notes(raw, header), *notes])


def _refuse_ten_thousands(sheet: Sheet, header: _Header) -> None:
    """Amounts in 万元 read as yuan would be wrong by four digits, and look right."""
    for name, place in header.columns.items():
        if sheet.column(name).kind == "money" and "万" in header.texts[place]:
            raise Unreadable(
                _("The column “%(label)s” is headed in ten thousand yuan (万元). Give the amounts in yuan.")
                % {"label": header.texts[place]}
            )


def _label(sheet: Sheet, name: str) -> str:
    return sheet.label(sheet.column(name))


def _no_header(sheet: Sheet) -> str:
    names = ", ".join(_label(sheet, column.name) for column in sheet.columns[:4])
    return _(
        "No header row was found. Name the columns as in the template: %(names)s … "
        "Download the template and copy your rows into it."
    ) % {"names": names}


def letters(place: int) -> str:
    """0 is A, 26 is AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


# --- Finding the header --------------------------------------------------------------------------


def _found(names: dict[str, str], raw: Raw) -> _Header | None:
    """The row, or the pair of rows, that names most columns; the upper one where several do."""
    best: _Header | None = None
    for index in range(min(len(raw.rows), DEEPEST_HEADER)):
        for height in (1, 2):
            if index + height > len(raw.rows):
                continue
            header = _read(names, raw, index, height)
            if best is None or len(header.columns) > len(best.columns):
                best = header
    enough = min(2, len(set(names.values())))
    return best if best is not None and len(best.columns) >= enough else None


def _read(names: dict[str, str], raw: Raw, index: int, height: int) -> _Header:
    upper, lower = raw.rows[index], raw.rows[index + height - 1]
    width = max(len(upper[1]), len(lower[1]))
    spread = _spread(upper, raw.merged, width) if height == 2 else []
    columns: dict[str, int] = {}
    twice: dict[str, list[int]] = {}
    texts = []
    for place in range(width):
        low, high = _at(lower[1], place), _at(upper[1], place)
        texts.append(_text(low) or _text(high))
        ways = [low] if height == 1 else [f"{_text(_at(spread, place))}{_text(low)}", low, high]
        name = _name(names, ways)
        if name and name in columns:
            twice.setdefault(name, [columns[name]]).append(place)
        elif name:
            columns[name] = place
    return _Header(index, height, columns, twice, texts)


def _name(names: dict[str, str], ways: Sequence[Any]) -> str:
    """The column that one of the ways names; what stands in brackets may be left out."""
    for text in map(_text, ways):
        for way in (header_key(text), header_key(_ASIDE.sub("", text))):
            if way and way in names:
                return names[way]
    return ""


def _spread(upper: tuple[int, list[Any]], merged: list[list[list[int]]], width: int) -> list[Any]:
    """The upper header row with merged headings over all their columns."""
    number, cells = upper
    found = [*cells, *[""] * (width - len(cells))]
    ranges = [(start[1], min(end[1], width - 1)) for start, end in merged if start[0] == number - 1]
    for left, right in ranges:
        for place in range(left + 1, right + 1):
            found[place] = found[left]
    if not ranges:  # text files know no merged cells: an empty one belongs to the heading on its left
        for place in range(1, width):
            found[place] = found[place] or found[place - 1]
    return found


def _at(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


# --- The rows below it ---------------------------------------------------------------------------


def _body(
    rows: Sequence[tuple[int, list[Any]]], header: _Header
) -> tuple[list[tuple[int, list[Any]]], list[str]]:
    """Without empty rows, sums and headers that were copied along."""
    wanted = {place: name for name, place in header.columns.items()}
    kept, sums = [], []
    for number, cells in rows:
        filled = [cell for place, cell in enumerate(cells) if cell != "" and place in wanted]
        if not any(str(cell).strip() for cell in filled):
            continue
        if header_key(next(cell for cell in cells if str(cell).strip())) in SUMS:
            sums.append(number)
        elif cells[: len(header.texts)] != header.texts:
            kept.append((number, cells))
    if not sums:
        return kept, []
    note = _("Rows with sums were not read: %(rows)s.") % {"rows": ", ".join(map(str, sums[:20]))}
    return kept, [note]


def _notes(raw: Raw, header: _Header) -> list[str]:
    known = set(header.columns.values())
    ours = {*in_every_language(_RESULT), *in_every_language(_TO_DO)}
    extra = [
        f"{letters(place)} ({text.strip()})"
        for place, text in enumerate(header.texts)
        if place not in known and text.strip() and text not in ours
    ]
    found = []
    if extra:
        found.append(_("These columns are not known here and were not read: %(names)s.") % _list(extra))
    if raw.others:
        found.append(_("Only the sheet “%(sheet)s” was read.") % {"sheet": raw.sheet})
    if raw.hidden:
        found.append(_("Hidden sheets were not read: %(names)s.") % _list(raw.hidden))
    return found


def _list(names: Sequence[str]) -> dict[str, str]:
    return {"names": ", ".join(names[:20])}
