"""PDF: details, notes of readers, files inside, the text of each page (ISO 32000-1, 12.5, 14.3)."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

from bureau.files.readers.report import Problem, Report

# What belongs to the page; everything else was written onto it by a reader.
OWN = frozenset({"/Link", "/Widget", "/Stamp", "/Watermark", "/TrapNet", "/PrinterMark", "/Screen", "/Popup"})
DETAILS = ("/Author", "/Company", "/Manager", "/SourceModified")
# Of what is read on a page, so much may be signs that no font names; more means that the text is no text.
MOST_STRANGE = 0.2


def inspect(data: bytes, report: Report, limits: Mapping[str, Any]) -> None:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise Problem("password")
    details: Mapping[str, Any] = reader.metadata or {}
    for name in DETAILS:
        value = details.get(name)
        if value and str(value).strip():
            report.find("metadata", name[1:], str(value))
    for name in reader.attachments:
        report.find("embedded", name)
    for number, page in enumerate(reader.pages, start=1):
        _page(page, number, report)


def _page(page: Any, number: int, report: Report) -> None:
    place = f"#{number}"
    for one in page.get("/Annots") or ():
        note = one.get_object()
        if note.get("/Subtype") not in OWN:
            report.find("comments", place, str(note.get("/Contents") or note.get("/T") or ""))
    text = page.extract_text() or ""
    if not text.strip():
        if page.get_contents() is not None and page.get_contents().get_data().strip():
            report.find("no_text", place)
    elif _is_strange(text):
        report.find("no_text", place)
    report.text(place, text)


def _is_strange(text: str) -> bool:
    marks = [mark for mark in text if not mark.isspace()]
    strange = sum(1 for mark in marks if mark == "\ufffd" or unicodedata.category(mark) in ("Co", "Cn", "Cc"))
    return strange > MOST_STRANGE * len(marks)


def clean(data: bytes, limits: Mapping[str, Any]) -> bytes | None:
    """The pages alone, with their links. None for a form or a signed file: it would lose what makes it valid."""
    reader = PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    if "/AcroForm" in root or reader.is_encrypted:
        return None
    writer = PdfWriter()
    for page in reader.pages:
        added = writer.add_page(page)
        kept = [one for one in added.get("/Annots") or () if one.get_object().get("/Subtype") == "/Link"]
        added.pop("/Annots", None)
        if kept:
            added[NameObject("/Annots")] = ArrayObject(kept)
        for name in ("/Metadata", "/PieceInfo", "/AA"):
            added.pop(name, None)
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
