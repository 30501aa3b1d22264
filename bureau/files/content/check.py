"""The checks in order: name, size, type by content, name and content agree, nothing dangerous inside."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from bureau.files import names
from bureau.files.choices import PICTURES, FileType
from bureau.files.content import ofd, ole, ooxml, pdf, pictures
from bureau.files.content.sniffing import Family, family_of
from bureau.files.kinds import AttachmentKind
from bureau.files.refusals import FileRefused

# The endings by which people call each type.
ENDINGS = {file_type.value: file_type for file_type in FileType} | {"jpeg": FileType.JPG}
# Which container each type must be, and what looks inside it; it refuses what it finds dangerous.
FAMILIES: dict[FileType, tuple[Family, Callable[[IO[bytes]], FileType]]] = {
    FileType.PDF: (Family.PDF, pdf.check),
    FileType.OFD: (Family.ZIP, ofd.check),
    FileType.DOCX: (Family.ZIP, ooxml.check),
    FileType.XLSX: (Family.ZIP, ooxml.check),
    FileType.WPS: (Family.OLE, ole.check),
    FileType.DOC: (Family.OLE, ole.check),
    FileType.ET: (Family.OLE, ole.check),
    FileType.XLS: (Family.OLE, ole.check),
}
# WPS writes the same containers under its own endings.
SAME_CONTENT = {FileType.WPS: FileType.DOC, FileType.ET: FileType.XLS}


@dataclass(frozen=True)
class Checked:
    """What may be stored: pictures re-encoded, everything else as it came."""

    name: str
    file_type: FileType
    content: IO[bytes]
    size: int


def check(upload: File[bytes], sent_name: str, kind: AttachmentKind) -> Checked:
    """Raises FileRefused with one sentence for the person who sent the file."""
    name = names.clean_name(sent_name)
    claimed = _claimed(name, kind)
    content = _opened(upload)
    size = _size(content, kind)
    _agrees(claimed, content)
    if claimed in PICTURES:
        content = pictures.re_encoded(content, claimed)
        size = content.getbuffer().nbytes
    content.seek(0)
    return Checked(name, claimed, content, size)


def _claimed(name: str, kind: AttachmentKind) -> FileType:
    """The type that the name promises, if it is one of those that this kind of file takes."""
    ending = names.ending_of(name)
    allowed = ", ".join(kind.types)
    if not ending:
        raise FileRefused(
            _("The name of the file has no ending. Choose a file of one of these types: %(types)s."),
            types=allowed,
        )
    hidden = names.hidden_ending(name)
    if hidden:
        raise FileRefused(
            _("The name has two endings, “%(first)s” and “%(last)s”. Rename the file so that one remains."),
            first=hidden,
            last=ending,
        )
    claimed = ENDINGS.get(ending)
    if claimed is None or claimed not in kind.types:
        raise FileRefused(
            _("Files of the type “%(ending)s” are not taken here. Choose one of these types: %(types)s."),
            ending=ending,
            types=allowed,
        )
    return claimed


def _opened(upload: File[bytes]) -> IO[bytes]:
    """Seekable, at its beginning."""
    source = upload.file if upload.file is not None else upload
    source.seek(0)
    return source


def _size(content: IO[bytes], kind: AttachmentKind) -> int:
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    if not size:
        raise FileRefused(_("The file is empty."))
    if size > kind.max_bytes:
        raise FileRefused(
            _("The file has %(size)s MB; at most %(limit)d MB are taken. Make it smaller or split it."),
            size=f"{size / 1024 / 1024:.1f}",
            limit=kind.max_bytes // 1024 // 1024,
        )
    return size


def _agrees(claimed: FileType, content: IO[bytes]) -> None:
    family = family_of(content.read(16))
    content.seek(0)
    if claimed in PICTURES:
        pictures.check(content, claimed, family)
        return
    wanted, look_inside = FAMILIES[claimed]
    if family is Family.OLE and wanted is Family.ZIP:
        ole.refuse_encrypted(content)
    if family is not wanted:
        raise FileRefused(MISMATCH, ending=claimed)
    found = look_inside(content)
    if found != SAME_CONTENT.get(claimed, claimed):
        raise FileRefused(MISMATCH, ending=claimed)


MISMATCH = _(
    "The content of the file is not what its name says (%(ending)s). "
    "Open it in the program that made it, save it again and send that."
)
