"""OFD, the fixed-layout format of GB/T 33190-2016: a zip with OFD.xml at its root."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext_lazy as _

from bureau.files.choices import FileType
from bureau.files.content import archive
from bureau.files.refusals import FileRefused

ROOT_PART = "OFD.xml"
ROOT_ELEMENTS = ("http://www.ofdspec.org/2016 OFD", "http://www.ofdspec.org OFD")

OTHER = _("This is not an OFD document. Save it again as OFD or PDF and send that.")


def check(content: IO[bytes]) -> FileType:
    """Raises FileRefused."""
    with archive.opened(content) as opened:
        if ROOT_PART not in opened.namelist():
            raise FileRefused(OTHER)
        seen: list[str] = []
        archive.elements(opened, ROOT_PART, lambda name, _attributes: seen.append(name))
        if seen[0] not in ROOT_ELEMENTS or not any(name.endswith(" DocRoot") for name in seen):
            raise FileRefused(OTHER)
    return FileType.OFD
