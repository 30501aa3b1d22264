"""A zip container: opened for real, every part read within limits, nothing before, behind or beside it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from bureau.files.names import RUNNABLE, ending_of
from bureau.files.refusals import FileRefused

MOST_PARTS = 2000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_XML = 20 * 1024 * 1024
CHUNK = 256 * 1024
# Parts of office documents that are XML by another name, or settings of a printer.
HARMLESS = frozenset({"xml", "svg"})

BROKEN = _("The file is damaged: it cannot be opened. Save it again and send that.")
PROTECTED = _("The file is protected by a password. Save it without a password and send that.")
TOO_LARGE = _("The file unpacks to far more than its size. It is not taken.")
MIXED = _("Something else is hidden in this file. Save it again in the program that made it and send that.")
PROGRAM = _("There is a program or another file inside this document. Remove it and send the document again.")


@contextmanager
def opened(content: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Raises FileRefused for what is broken, protected, too large or a mixture."""
    try:
        with zipfile.ZipFile(content) as archive:
            _check_frame(archive, content)
            for part in archive.infolist():
                _check_part(part)
            _read_all(archive)
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
        OSError,
    ) as error:
        raise FileRefused(BROKEN) from error


def _check_frame(archive: zipfile.ZipFile, content: IO[bytes]) -> None:
    """The first part begins the file and the directory ends it: no second format fits around them."""
    parts = archive.infolist()
    if not parts or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(TOO_LARGE if parts else BROKEN)
    size = content.seek(0, 2)
    content.seek(max(0, size - 22))
    if min(part.header_offset for part in parts) != 0 or not content.read(4) == b"PK\x05\x06":
        raise FileRefused(MIXED)
    if len({part.filename for part in parts}) != len(parts):
        raise FileRefused(MIXED)


def _check_part(part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 0x1:
        raise FileRefused(PROTECTED)
    path = part.filename
    if path.startswith(("/", "\\")) or ".." in path.replace("\\", "/").split("/") or ":" in path:
        raise FileRefused(MIXED)
    if ending_of(path) in RUNNABLE - HARMLESS:
        raise FileRefused(PROGRAM)


def _read_all(archive: zipfile.ZipFile) -> None:
    """Sizes in the directory may lie: count what really comes out, and compare each check sum."""
    total = 0
    for part in archive.infolist():
        with archive.open(part) as opened_part:
            while chunk := opened_part.read(CHUNK):
                total += len(chunk)
                if total > MOST_UNPACKED:
                    raise FileRefused(TOO_LARGE)


def elements(archive: zipfile.ZipFile, path: str, see: Callable[[str, dict[str, str]], None]) -> None:
    """Call `see(name, attributes)` for each element of an XML part; a document type is refused."""
    if archive.getinfo(path).file_size > MOST_XML:
        raise FileRefused(TOO_LARGE)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = see
    try:
        parser.Parse(archive.read(path), True)
    except expat.ExpatError as error:
        raise FileRefused(BROKEN) from error


def _refuse(*_declaration: object) -> None:
    raise FileRefused(MIXED)
