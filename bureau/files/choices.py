"""The types of files that the portal takes, and what the virus scanner said of one."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileType(TextChoices):
    """The allow-list, by the ending that a stored file is given."""

    PDF = "pdf", _("PDF")
    OFD = "ofd", _("OFD document")
    DOCX = "docx", _("Word document")
    XLSX = "xlsx", _("Excel workbook")
    WPS = "wps", _("WPS text")
    ET = "et", _("WPS table")
    DOC = "doc", _("Word document (97–2003)")
    XLS = "xls", _("Excel workbook (97–2003)")
    JPG = "jpg", _("JPEG picture")
    PNG = "png", _("PNG picture")


# What a browser is told; never what the sender said.
CONTENT_TYPES = {
    FileType.PDF: "application/pdf",
    FileType.OFD: "application/ofd",
    FileType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileType.WPS: "application/vnd.ms-works",
    FileType.ET: "application/octet-stream",
    FileType.DOC: "application/msword",
    FileType.XLS: "application/vnd.ms-excel",
    FileType.JPG: "image/jpeg",
    FileType.PNG: "image/png",
}

PAPERS = (FileType.PDF, FileType.OFD)
PICTURES = (FileType.JPG, FileType.PNG)
OFFICE = (FileType.DOCX, FileType.XLSX, FileType.WPS, FileType.ET, FileType.DOC, FileType.XLS)


class Scan(TextChoices):
    """Only a clean file is handed out while a scanner is set."""

    WAITING = "waiting", _("waiting for the virus check")
    CLEAN = "clean", _("no virus found")
    INFECTED = "infected", _("virus found: kept locked away")
    OFF = "off", _("not checked for viruses")


class MarkForm(TextChoices):
    """Where a mark of secrecy counts as one."""

    ANYWHERE = "anywhere", _("anywhere in the text")
    ALONE = "alone", _("on a line of its own")
