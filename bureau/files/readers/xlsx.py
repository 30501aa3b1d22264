"""Workbooks (ECMA-376 part 1, 18): hidden sheets 18.2.19, rows 18.3.1.73, columns 18.3.1.13, comments 18.7."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import python_calamine as calamine

from bureau.files.readers import package
from bureau.files.readers.docx import frame
from bureau.files.readers.package import Element
from bureau.files.readers.report import Problem, Report

SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
# Text boxes, and comments of both kinds.
DRAWINGS = re.compile(r"xl/drawings/drawing[^/]*\.xml|xl/charts/[^/]+\.xml")
COMMENTS = re.compile(r"xl/(?:comments[^/]*|comments/[^/]+|threadedComments/[^/]+|persons/[^/]+)\.xml")
LEGACY = re.compile(r"xl/drawings/[^/]+\.vml")
# The rows of another table, kept behind a summary; the history of a shared workbook; links to other workbooks.
BEHIND = {
    "xl/pivotCache/pivotCacheRecords": "embedded",
    "xl/revisions/": "changes",
    "xl/externalLinks/": "embedded",
}


def inspect(data: bytes, report: Report, limits: Mapping[str, Any]) -> None:
    with package.opened(data, limits) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise Problem("damaged")
        _hidden_sheets(archive, report)
        for name in archive.namelist():
            _part(archive, name, report)
        package.properties(archive, report)
        package.media(archive, report, limits)
    _columns(data, report)


def _hidden_sheets(archive: zipfile.ZipFile, report: Report) -> None:
    def opens(one: Element) -> None:
        if one.name == "sheet" and one.attributes.get("state", "visible") != "visible":
            report.find("hidden_sheet", one.attributes.get("name", ""))

    package.walk(archive.read("xl/workbook.xml"), opens)


def _part(archive: zipfile.ZipFile, name: str, report: Report) -> None:
    behind = next((kind for start, kind in BEHIND.items() if name.startswith(start)), "")
    if behind:
        report.find(behind, name.rpartition("/")[2])
    if SHEETS.fullmatch(name):
        _sheet(archive.read(name), name, report)
    elif DRAWINGS.fullmatch(name):
        _words(archive.read(name), report)
    elif COMMENTS.fullmatch(name) and "persons" not in name:
        _comments(archive.read(name), report)


def _sheet(content: bytes, name: str, report: Report) -> None:
    """Hidden rows and columns; those of no height or width are as good as hidden. Headers and footers."""
    place = name.rpartition("/")[2]

    def opens(one: Element) -> None:
        flat = one.attributes.get("ht") == "0" or one.attributes.get("width") == "0"
        if one.name == "row" and (one.attributes.get("hidden") in ("1", "true") or flat):
            report.find("hidden_cells", place, one.attributes.get("r", ""))
        elif one.name == "col" and (one.attributes.get("hidden") in ("1", "true") or flat):
            report.find("hidden_cells", place, f"{one.attributes.get('min')}–{one.attributes.get('max')}")

    def closes(one: Element) -> None:
        if "headerFooter" in one.within:
            report.text("", re.sub(r"&[LCRPND]", " ", one.text))

    package.walk(content, opens, closes)


def _words(content: bytes, report: Report) -> None:
    package.walk(content, closes=lambda one: report.text("", one.text) if one.name == "t" else None)


def _comments(content: bytes, report: Report) -> None:
    words: list[str] = []

    def closes(one: Element) -> None:
        if one.name in ("t", "text"):
            words.append(one.text)
        if one.name in ("comment", "threadedComment"):
            report.find("comments", one.attributes.get("ref", ""), "".join(words))
            words.clear()

    package.walk(content, closes=closes)


def _columns(data: bytes, report: Report) -> None:
    """Column by column, so that a list of numbers of people is one finding; hidden sheets are read as well."""
    book = calamine.load_workbook(io.BytesIO(data))
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(index)
        left = sheet.start[1] if sheet.start else 0
        columns: dict[int, list[str]] = {}
        for row in sheet.to_python(skip_empty_area=True):
            for place, value in enumerate(row, start=left):
                if value != "":
                    columns.setdefault(place, []).append(_as_text(value))
        for place, values in sorted(columns.items()):
            report.text(f"{meta.name}!{_letters(place)}", "\n".join(values))


def _as_text(value: Any) -> str:
    """A number as its digits: 13800000000.0 is a telephone."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _letters(place: int) -> str:
    """0 is A, 26 is AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


# --- A copy without them -------------------------------------------------------------------------


def clean(data: bytes, limits: Mapping[str, Any]) -> bytes | None:
    """Comments and properties gone. None where something is hidden or stands behind: formulas may need it."""
    report = Report(int(limits["characters"]))
    inspect(data, report, limits)
    if any(
        kind in ("hidden_sheet", "hidden_cells", "embedded", "changes")
        for kind, _where, _text in report.found
    ):
        return None
    with package.opened(data, limits) as archive:
        names = archive.namelist()
        without = frozenset(name for name in names if COMMENTS.fullmatch(name) or LEGACY.fullmatch(name))
        changed = frame(archive, without)
        for name in names:
            if SHEETS.fullmatch(name):
                changed[name] = re.sub(rb"<legacyDrawing\b[^>]*/>", b"", archive.read(name))
        return package.rewritten(archive, changed, without)
