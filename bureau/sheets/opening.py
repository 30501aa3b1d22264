"""What the limited process does with a file: look at its outside first, then read its cells."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound file: .xls, or .xlsx under a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What the portal's own template carries, hidden from the reader.
MARKER, LISTS = "_portal", "_lists"
ABOUT = ("About", "说明")
ROW = re.compile(rb'<row\b[^>]*?\br=["\'](\d{1,7})["\']')
# Beyond Z; a table of people or schools has few such columns.
FAR_COLUMN = re.compile(rb'\br=["\']([A-Z]{2,3})(\d{1,7})["\']')
FORMULA = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f\b.*?</c>', re.DOTALL)
# A file of text in one line is no table.
DELIMITERS = ",\t;"

Cells = list[Any]


class Problem(Exception):
    """The file cannot be read; `code` names the sentence that the person gets."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass
class Opened:
    head: dict[str, Any]
    rows: Iterable[tuple[int, Cells]]


def opened(data: bytes, limits: dict[str, Any]) -> Opened:
    """The first sheet with something in it. Raises Problem."""
    return _opened(data, limits)[0]


def opened_every(data: bytes, limits: dict[str, Any]) -> list[Opened]:
    """Every visible sheet with something in it, in the order of the workbook. Raises Problem."""
    return _opened(data, limits, every=True)


def _opened(data: bytes, limits: dict[str, Any], *, every: bool = False) -> list[Opened]:
    if not data.strip():
        raise Problem("empty")
    if data.startswith(OLD_FORMAT):
        raise Problem("password" if ENCRYPTED in data else "old_format")
    if data.startswith(b"PK"):
        return _workbook(data, limits, every=every)
    return [_text(data, limits)]


# --- Workbooks ---------------------------------------------------------------------------------


def _workbook(data: bytes, limits: dict[str, Any], *, every: bool) -> list[Opened]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            look_at_directory(archive, limits)
            formulas = look_at_sheets(archive, limits)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise Problem("damaged") from error
    return _read(data, formulas, every=every)


def look_at_directory(archive: zipfile.ZipFile, limits: dict[str, Any]) -> None:
    """The zip directory says how large everything will be before anything is unpacked."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise Problem("password")
    if "xl/workbook.xml" not in names:
        raise Problem("binary" if "xl/workbook.bin" in names else "not_a_workbook")
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for name in names):
        raise Problem("macros")
    if len(entries) > limits["entries"] or sum(e.file_size for e in entries) > limits["unpacked_mb"] << 20:
        raise Problem("too_large")
    if any(_ratio(entry) > limits["ratio"] for entry in entries if entry.file_size > 1 << 20):
        raise Problem("too_large")


def _ratio(entry: zipfile.ZipInfo) -> float:
    return entry.file_size / max(1, entry.compress_size)


def look_at_sheets(archive: zipfile.ZipFile, limits: dict[str, Any]) -> dict[str, list[str]]:
    """Refuse far cells and document types; by sheet file, the formulas without a value."""
    found = {}
    for entry in archive.infolist():
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        text = archive.read(entry)
        if b"<!DOCTYPE" in text[:4096] or b"<!ENTITY" in text[:65536]:
            raise Problem("damaged")
        if entry.filename.startswith("xl/worksheets/"):
            _measure(text, limits)
            found[entry.filename] = _without_value(text)
    return found


def _measure(text: bytes, limits: dict[str, Any]) -> None:
    """Counted on the text of the sheet: a cell far away costs a reader all the rows before it."""
    if text.count(b"<row") > limits["rows"] or text.count(b"<c ") > limits["cells"]:
        raise Problem("too_many_rows")
    for match in FAR_COLUMN.finditer(text):
        if column_number(match[1].decode()) > limits["columns"]:
            raise Problem("far_cell", cell=(match[1] + match[2]).decode())
    last = max((int(match[1]) for match in ROW.finditer(text)), default=0)
    if last > limits["rows"]:
        is_long = text.count(b"<row") > last // 2
        raise Problem("too_many_rows") if is_long else Problem("far_cell", cell=_first_in(text, last))


def _first_in(text: bytes, row: int) -> str:
    found = re.search(rb'\br=["\']([A-Z]{1,3}%d)["\']' % row, text)
    return found[1].decode() if found else str(row)


def _without_value(text: bytes) -> list[str]:
    """Cells with a formula that was never calculated: a reader of values would take them for empty."""
    if b"<f" not in text:
        return []
    return [match[1].decode() for match in FORMULA.finditer(text) if b"<v>" not in match[0]]


def column_number(letters: str) -> int:
    """A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _read(data: bytes, formulas: dict[str, list[str]], *, every: bool) -> list[Opened]:
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(data))
        found = _sheets_of(book, calamine, every=every)
        return [_opened_sheet(found, one, formulas) for one in found.filled]
    except calamine.PasswordError as error:
        raise Problem("password") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Problem("damaged") from error


@dataclass
class _Sheets:
    """What a workbook holds: its marker, the names of hidden sheets, the visible ones with their places."""

    marker: dict[str, str]
    hidden: list[str]
    filled: list[tuple[int, Any]]
    others: list[str]


def _sheets_of(book: Any, calamine: Any, *, every: bool) -> _Sheets:
    """Hidden sheets are named and left alone; one visible sheet with something in it there must be.

    Unless `every` one is wanted the search ends with the first: the others are not even unpacked.
    """
    marker: list[list[Any]] = []
    found = _Sheets({}, [], [], [])
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        if meta.name == MARKER:
            marker = book.get_sheet_by_index(index).to_python()
        elif meta.name == LISTS or meta.name in ABOUT:
            continue
        elif meta.visible != calamine.SheetVisibleEnum.Visible:
            found.hidden.append(meta.name)
        elif found.filled and not every:
            found.others.append(meta.name)
        elif (sheet := book.get_sheet_by_index(index)).start is not None:
            found.filled.append((index, sheet))
        else:
            found.others.append(meta.name)
    if not found.filled:
        raise Problem("only_hidden" if found.hidden else "empty")
    found.marker = {str(row[0]): str(row[1]) for row in marker if len(row) > 1}
    return found


def _opened_sheet(found: _Sheets, one: tuple[int, Any], formulas: dict[str, list[str]]) -> Opened:
    place, sheet = one
    names = [other.name for _place, other in found.filled if other is not sheet]
    head = {
        "sheet": sheet.name,
        "hidden": found.hidden,
        "others": [*names, *found.others],
        "marker": found.marker,
        "merged": [[list(start), list(end)] for start, end in (sheet.merged_cell_ranges or [])[:2000]],
    }
    return Opened(head, _rows(sheet, _formulas_of(formulas, place)))


def _formulas_of(formulas: dict[str, list[str]], place: int) -> dict[tuple[int, int], str]:
    """Sheets are usually stored as sheet1.xml, sheet2.xml … in their order; else every formula counts."""
    own = formulas.get(f"xl/worksheets/sheet{place + 1}.xml")
    cells = own if own is not None else [cell for rows in formulas.values() for cell in rows]
    found = {}
    for cell in cells:
        letters = cell.rstrip("0123456789")
        found[int(cell[len(letters) :]), column_number(letters) - 1] = cell
    return found


def _rows(sheet: Any, broken: dict[tuple[int, int], str]) -> Iterator[tuple[int, Cells]]:
    first, left = sheet.start
    marked: dict[int, list[int]] = {}
    for row, column in broken:
        marked.setdefault(row, []).append(column)
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), start=first + 1):
        cells = [""] * left + [plain(value) for value in values]
        for column in marked.get(number, ()):
            cells += [""] * (column + 1 - len(cells))
            cells[column] = {"f": True} if cells[column] == "" else cells[column]
        yield number, trimmed(cells)


def plain(value: Any) -> Any:
    """A cell as JSON: text, number, truth, {"d": day}, {"t": moment}."""
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return {"d": value.date().isoformat()} if at_midnight else {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return ""


def trimmed(cells: Cells) -> Cells:
    while cells and (cells[-1] == "" or (isinstance(cells[-1], str) and not cells[-1].strip())):
        cells.pop()
    return cells


# --- Text --------------------------------------------------------------------------------------


def _text(data: bytes, limits: dict[str, Any]) -> Opened:
    text = decoded(data)
    start = text.lstrip()[:200].lower()
    if start.startswith(("<html", "<!doctype", "<?xml", "<table", "%pdf", "{\\rtf")):
        raise Problem("not_a_workbook")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    if not first.count(delimiter):
        raise Problem("not_a_workbook")
    head = {"sheet": "", "hidden": [], "others": [], "marker": {}, "merged": []}
    return Opened(head, list(_lines(text, delimiter, limits)))


def decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else GB18030, as Chinese spreadsheets write it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in data:
        raise Problem("not_a_workbook")
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem("not_a_workbook")


def _lines(text: str, delimiter: str, limits: dict[str, Any]) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells = 0
    try:
        for number, row in enumerate(reader, start=1):
            cells += len(row)
            if number > limits["rows"] or cells > limits["cells"] or len(row) > limits["columns"]:
                raise Problem("too_many_rows")
            yield number, trimmed(list(row))
    except csv.Error as error:
        raise Problem("damaged") from error
