"""A zip of XML parts (docx, xlsx, ofd): opened within limits; its properties and pictures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.parsers import expat

from bureau.files.readers import pictures
from bureau.files.readers.report import Problem, Report

# Properties that name people or their house, by the part that holds them.
PROPERTIES = {
    "docProps/core.xml": ("creator", "lastModifiedBy"),
    "docProps/app.xml": ("Company", "Manager"),
}
CUSTOM = "docProps/custom.xml"


def opened(data: bytes, limits: Mapping[str, Any]) -> zipfile.ZipFile:
    """Raises Problem where it would unpack to more than may be."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise Problem("damaged") from error
    if sum(part.file_size for part in archive.infolist()) > int(limits["unpacked_mb"]) << 20:
        raise Problem("too_large")
    return archive


class Element:
    """One element while it is open: its name without the namespace, attributes, and what encloses it."""

    __slots__ = ("attributes", "name", "text", "within")

    def __init__(self, name: str, attributes: dict[str, str], within: tuple[str, ...]) -> None:
        self.name = name
        self.attributes = attributes
        self.within = within
        self.text = ""


def walk(
    content: bytes,
    opens: Callable[[Element], None] | None = None,
    closes: Callable[[Element], None] | None = None,
) -> None:
    """Call `opens` and `closes` for each element; a document type is a Problem."""
    stack: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        one = Element(name.rpartition(" ")[2], plain, tuple(each.name for each in stack))
        stack.append(one)
        if opens:
            opens(one)

    def end(_name: str) -> None:
        one = stack.pop()
        if closes:
            closes(one)

    def characters(text: str) -> None:
        stack[-1].text += text

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Problem("damaged") from error


def _refuse(*_declaration: object) -> None:
    raise Problem("damaged")


def properties(archive: zipfile.ZipFile, report: Report) -> None:
    """Who wrote it, where, with which words of their own."""
    names = set(archive.namelist())
    for part, wanted in PROPERTIES.items():
        if part in names:
            for name, text in _values(archive.read(part), wanted):
                report.find("metadata", name, text)
    if CUSTOM in names:
        custom: list[str] = []
        walk(archive.read(CUSTOM), opens=lambda one: custom.append(one.attributes.get("name", "")))
        for name in filter(None, custom):
            report.find("metadata", name)


def _values(content: bytes, wanted: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def close(one: Element) -> None:
        if one.name in wanted and one.text.strip():
            found.append((one.name, one.text.strip()))

    walk(content, closes=close)
    return iter(found)


def media(archive: zipfile.ZipFile, report: Report, limits: Mapping[str, Any]) -> None:
    """Photographs inside that say where they were taken; other files inside."""
    for name in archive.namelist():
        low = name.lower()
        if "/media/" in low and low.endswith((".jpg", ".jpeg")):
            pictures.look(archive.read(name), "", report, limits)
        elif "/embeddings/" in low:
            report.find("embedded", name.rpartition("/")[2])


def rewritten(archive: zipfile.ZipFile, changed: Mapping[str, bytes], without: frozenset[str]) -> bytes:
    """The same package with some parts changed and some left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in archive.infolist():
            if part.filename not in without and not part.is_dir():
                target.writestr(part.filename, changed.get(part.filename) or archive.read(part.filename))
    return out.getvalue()
