"""OFD (GB/T 33190-2016): pages of text objects (11), annotations (15), files inside (20), details (7.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bureau.files.readers import package
from bureau.files.readers.package import Element
from bureau.files.readers.report import Problem, Report

PAGE = re.compile(r".*Pages/.*\.xml|.*Tpls/.*\.xml", re.IGNORECASE)
DETAILS = ("Author", "Creator", "Company")


def inspect(data: bytes, report: Report, limits: Mapping[str, Any]) -> None:
    with package.opened(data, limits) as archive:
        names = archive.namelist()
        if "OFD.xml" not in names:
            raise Problem("damaged")
        _details(archive.read("OFD.xml"), report)
        pages = [name for name in names if PAGE.fullmatch(name) and "annot" not in name.lower()]
        if not pages:
            raise Problem("damaged")
        for number, name in enumerate(sorted(pages), start=1):
            _page(archive.read(name), number, report)
        for name in names:
            low = name.lower()
            if low.endswith(".xml") and "annot" in low:
                _annotations(archive.read(name), report)
            elif "attach" in low and not low.endswith(".xml") and not low.endswith("/"):
                report.find("embedded", name.rpartition("/")[2])
        package.media(archive, report, limits)


def _details(content: bytes, report: Report) -> None:
    def closes(one: Element) -> None:
        if one.name in DETAILS and one.text.strip() and "DocInfo" in one.within:
            report.find("metadata", one.name, one.text.strip())
        elif one.name == "CustomData":
            report.find("metadata", one.attributes.get("Name", ""))

    package.walk(content, closes=closes)


def _page(content: bytes, number: int, report: Report) -> None:
    """Its words; a page that is a picture alone cannot be read."""
    words: list[str] = []
    pictures: list[str] = []

    def closes(one: Element) -> None:
        if one.name == "TextCode":
            words.append(one.text)
        elif one.name == "TextObject":
            words.append("\n")
        elif one.name == "ImageObject":
            pictures.append(one.name)

    package.walk(content, closes=closes)
    text = "".join(words).strip()
    report.text(f"#{number}", text)
    if pictures and not text:
        report.find("no_text", f"#{number}")


def _annotations(content: bytes, report: Report) -> None:
    """Marks of a reader; stamps, links and watermarks belong to the document."""

    def opens(one: Element) -> None:
        if one.name == "Annot" and one.attributes.get("Type") not in ("Link", "Stamp", "Watermark"):
            report.find("comments", one.attributes.get("Creator", ""), one.attributes.get("Type", ""))

    package.walk(content, opens)


def clean(data: bytes, limits: Mapping[str, Any]) -> bytes | None:
    """Never: what is in an OFD is usually covered by a seal."""
    return None
