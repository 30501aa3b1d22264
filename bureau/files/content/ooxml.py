"""Word and Excel documents of today (ECMA-376): the parts that make them, and none that act."""

from __future__ import annotations

import zipfile
from typing import IO

from django.utils.translation import gettext_lazy as _

from bureau.files.choices import FileType
from bureau.files.content import archive
from bureau.files.refusals import FileRefused

TYPES = "[Content_Types].xml"
MAIN = "application/vnd.openxmlformats-officedocument."
# Content type of the main part → type of the file.
MAIN_PARTS = {
    f"{MAIN}wordprocessingml.document.main+xml": FileType.DOCX,
    f"{MAIN}spreadsheetml.sheet.main+xml": FileType.XLSX,
}
ACTING = ("macroenabled", "vbaproject", "macrosheet", "activex")
ACTING_PARTS = ("vbaproject", "macrosheets/", "activex/", "vbadata")
# Links that a program follows by itself when it opens the document; a hyperlink waits for a click.
HARMLESS_LINKS = ("hyperlink",)

MACRO = _("The document contains macros. Save it without macros (.docx, .xlsx) and send that.")
REMOTE = _("The document loads something from another place. Copy it into the document and send that.")
OTHER = _("This is not a Word or Excel document. Save it again as .docx or .xlsx and send that.")


def check(content: IO[bytes]) -> FileType:
    """The type by the main part. Raises FileRefused."""
    with archive.opened(content) as opened:
        names = opened.namelist()
        if TYPES not in names:
            raise FileRefused(OTHER)
        _no_macros(names)
        found = _main_type(opened)
        for path in names:
            if path.endswith(".rels"):
                archive.elements(opened, path, _no_remote_parts)
        return found


def _no_macros(names: list[str]) -> None:
    for name in names:
        low = name.lower()
        if any(mark in low for mark in ACTING_PARTS):
            raise FileRefused(MACRO)
        if "embeddings/" in low and low.endswith(".bin"):
            raise FileRefused(archive.PROGRAM)


def _main_type(opened: zipfile.ZipFile) -> FileType:
    types: dict[str, str] = {}

    def see(name: str, attributes: dict[str, str]) -> None:
        content_type = attributes.get("ContentType", "").lower()
        if any(mark in content_type for mark in ACTING):
            raise FileRefused(MACRO)
        if name.endswith(" Override"):
            types[content_type] = attributes.get("PartName", "").lstrip("/")

    archive.elements(opened, TYPES, see)
    found = [file_type for content_type, file_type in MAIN_PARTS.items() if types.get(content_type)]
    parts = [path for content_type, path in types.items() if content_type in MAIN_PARTS]
    if len(found) != 1 or parts[0] not in opened.namelist():
        raise FileRefused(OTHER)
    return found[0]


def _no_remote_parts(name: str, attributes: dict[str, str]) -> None:
    is_remote = attributes.get("TargetMode", "").lower() == "external"
    if is_remote and not attributes.get("Type", "").lower().endswith(HARMLESS_LINKS):
        raise FileRefused(REMOTE)
