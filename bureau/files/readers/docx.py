"""Word documents (ECMA-376 part 1, 17): tracked changes 17.13.5, comments 17.13.4, hidden text 17.3.2.41."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.dom import minidom

from bureau.files.readers import package
from bureau.files.readers.package import Element
from bureau.files.readers.report import Problem, Report

TEXTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|glossary/document)\.xml")
COMMENTS = re.compile(r"word/(?:comments\w*|people)\.xml")
INSERTED, DELETED = frozenset({"ins", "moveTo"}), frozenset({"del", "moveFrom"})
OFF = ("0", "false", "off")
# Marks in the text that lead to a comment or frame a move.
ANCHORS = frozenset(
    {
        "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef",
        "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
    }
)  # fmt: skip


def inspect(data: bytes, report: Report, limits: Mapping[str, Any]) -> None:
    with package.opened(data, limits) as archive:
        parts = [name for name in archive.namelist() if TEXTS.fullmatch(name)]
        if "word/document.xml" not in parts:
            raise Problem("damaged")
        for part in parts:
            _texts(archive.read(part), report)
        for part in archive.namelist():
            if COMMENTS.fullmatch(part):
                _comments(archive.read(part), report)
        package.properties(archive, report)
        package.media(archive, report, limits)


def _texts(content: bytes, report: Report) -> None:
    """The words of each paragraph; what is not meant for the reader is named."""
    lines: list[str] = [""]

    def opens(one: Element) -> None:
        _unmeant(one, report)
        if one.name == "p":
            lines.append("")

    def closes(one: Element) -> None:
        if one.name in ("t", "delText"):
            lines[-1] += one.text
        elif one.name in ("tab", "br", "cr"):
            lines[-1] += " "

    package.walk(content, opens, closes)
    for line in lines:
        report.text("", line)


def _unmeant(one: Element, report: Report) -> None:
    """What stands in the text and is not meant for the reader."""
    if one.name in INSERTED | DELETED or one.name.endswith("PrChange"):
        report.find("changes", "", one.attributes.get("author", ""))
    elif one.name == "commentReference":
        report.find("comments")
    elif one.name == "vanish" and one.within[-2:] == ("r", "rPr") and one.attributes.get("val") not in OFF:
        report.find("hidden_text")


def _comments(content: bytes, report: Report) -> None:
    words: list[str] = []

    def closes(one: Element) -> None:
        if one.name == "t":
            words.append(one.text)
        elif one.name == "comment":
            report.find("comments", one.attributes.get("author", ""), "".join(words))
            words.clear()

    package.walk(content, closes=closes)


# --- A copy without them -------------------------------------------------------------------------


def clean(data: bytes, limits: Mapping[str, Any]) -> bytes | None:
    """Changes accepted, comments and properties gone. None where a paragraph was joined or a table cut: to accept
    that is for a person in the program that made the file. Hidden text is for a person too."""
    with package.opened(data, limits) as archive:
        names = archive.namelist()
        changed: dict[str, bytes] = {}
        for name in names:
            if TEXTS.fullmatch(name):
                found = _accepted(archive.read(name))
                if found is None:
                    return None
                changed[name] = found
        without = frozenset(name for name in names if COMMENTS.fullmatch(name))
        return package.rewritten(archive, {**changed, **frame(archive, without)}, without)


def _accepted(content: bytes) -> bytes | None:
    document = _parsed(content)
    for node in list(document.getElementsByTagName("*")):
        name = str(node.localName or node.tagName.rpartition(":")[2])
        if name in INSERTED | DELETED and node.parentNode.tagName.rpartition(":")[2] in (
            "rPr",
            "trPr",
            "tcPr",
        ):
            return None
        if name in ("cellIns", "cellDel", "cellMerge") or (name == "vanish" and _is_hiding(node)):
            return None
    for node in list(document.getElementsByTagName("*")):
        name = str(node.localName or node.tagName.rpartition(":")[2])
        if node.parentNode is None:
            continue
        if name in INSERTED:
            while node.firstChild:
                node.parentNode.insertBefore(node.firstChild, node)
            node.parentNode.removeChild(node)
        elif name in DELETED | ANCHORS or name.endswith("PrChange"):
            node.parentNode.removeChild(node)
    return bytes(document.toxml(encoding="UTF-8"))


def _is_hiding(node: Any) -> bool:
    return (node.getAttribute("w:val") or "1") not in OFF and _is_of_a_run(node)


def _is_of_a_run(node: Any) -> bool:
    properties = node.parentNode
    return bool(properties is not None and properties.parentNode.tagName.rpartition(":")[2] == "r")


def _parsed(content: bytes) -> Any:
    package.walk(content)  # refuses a document type before the whole is built
    return minidom.parseString(content)  # noqa: S318


def frame(archive: zipfile.ZipFile, without: frozenset[str]) -> dict[str, bytes]:
    """Properties without people; content types and relations without the parts that are gone."""
    changed: dict[str, bytes] = {}
    gone = {f"/{name}" for name in without} | {name.rpartition("/")[2] for name in without}
    for name in archive.namelist():
        if name in package.PROPERTIES:
            changed[name] = _without_text(archive.read(name), package.PROPERTIES[name])
        elif name == package.CUSTOM:
            changed[name] = _without_children(archive.read(name))
        elif name == "[Content_Types].xml" or name.endswith(".rels"):
            changed[name] = _without_parts(archive.read(name), gone)
    return changed


def _without_text(content: bytes, names: tuple[str, ...]) -> bytes:
    document = _parsed(content)
    for node in document.getElementsByTagName("*"):
        if node.tagName.rpartition(":")[2] in names:
            while node.firstChild:
                node.removeChild(node.firstChild)
    return bytes(document.toxml(encoding="UTF-8"))


def _without_children(content: bytes) -> bytes:
    document = _parsed(content)
    root = document.documentElement
    while root.firstChild:
        root.removeChild(root.firstChild)
    return bytes(document.toxml(encoding="UTF-8"))


def _without_parts(content: bytes, gone: set[str]) -> bytes:
    document = _parsed(content)
    for node in list(document.getElementsByTagName("*")):
        target = node.getAttribute("PartName") or node.getAttribute("Target")
        if target and (target in gone or target.rpartition("/")[2] in gone):
            node.parentNode.removeChild(node)
    return bytes(document.toxml(encoding="UTF-8"))
