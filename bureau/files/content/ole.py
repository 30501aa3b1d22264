"""The older Office and WPS documents: a compound file (MS-CFB) whose streams say what it is."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext_lazy as _

from bureau.files.choices import FileType
from bureau.files.content.compound import Broken, Compound
from bureau.files.refusals import FileRefused

TEXT = "worddocument"
TABLES = ("workbook", "book", "etworkbook")
MACROS = frozenset({"_vba_project_cur", "_vba_project", "macros", "vba", "vbaproject"})
PROGRAMS = frozenset({"\x01ole10native", "package"})
ENCRYPTED = frozenset({"encryptedpackage", "encryptioninfo"})
# MS-DOC 2.5.1: flag fEncrypted of the FibBase. MS-XLS 2.4.117: the FilePass record.
FIB_FLAGS, FIB_ENCRYPTED = 0x0A, 0x0100
FILE_PASS, BOF = 0x002F, (0x0009, 0x0209, 0x0409, 0x0809)

PROTECTED = _("The file is protected by a password. Save it without a password and send that.")
MACRO = _("The document contains macros. Save it without macros and send that.")
PROGRAM = _("There is a program or another file inside this document. Remove it and send the document again.")
BROKEN = _("The file is damaged: it cannot be opened. Save it again and send that.")
OTHER = _(
    "This is not a document of Word, Excel or WPS. Save it again as .docx, .xlsx or .pdf and send that."
)


def check(content: IO[bytes]) -> FileType:
    """DOC for texts, XLS for tables. Raises FileRefused."""
    found = _opened(content)
    names = {name.lower() for name in found.names}
    if names & ENCRYPTED:
        raise FileRefused(PROTECTED)
    if names & MACROS:
        raise FileRefused(MACRO)
    if names & PROGRAMS:
        raise FileRefused(PROGRAM)
    tables = next((name for name in TABLES if name in names), "")
    if bool(tables) == (TEXT in names):  # neither, or both: a mixture
        raise FileRefused(OTHER)
    if tables:
        _check_tables(_head(found, tables))
        return FileType.XLS
    _check_text(_head(found, TEXT))
    return FileType.DOC


def refuse_encrypted(content: IO[bytes]) -> None:
    """A .docx or .xlsx with a password is a compound file around the encrypted package."""
    names = {name.lower() for name in _opened(content).names}
    content.seek(0)
    if names & ENCRYPTED:
        raise FileRefused(PROTECTED)


def _opened(content: IO[bytes]) -> Compound:
    try:
        return Compound(content)
    except Broken as error:
        raise FileRefused(BROKEN) from error


def _head(found: Compound, name: str) -> bytes:
    try:
        return found.head(name)
    except Broken as error:
        raise FileRefused(BROKEN) from error


def _check_text(head: bytes) -> None:
    if len(head) < FIB_FLAGS + 2:
        raise FileRefused(BROKEN)
    if int.from_bytes(head[FIB_FLAGS : FIB_FLAGS + 2], "little") & FIB_ENCRYPTED:
        raise FileRefused(PROTECTED)


def _check_tables(head: bytes) -> None:
    """The records at the beginning: a BOF first, then no FilePass."""
    place, number = 0, 0
    while place + 4 <= len(head):
        kind = int.from_bytes(head[place : place + 2], "little")
        if number == 0 and kind not in BOF:
            raise FileRefused(BROKEN)
        if kind == FILE_PASS:
            raise FileRefused(PROTECTED)
        place += 4 + int.from_bytes(head[place + 2 : place + 4], "little")
        number += 1
    if number == 0:
        raise FileRefused(BROKEN)
