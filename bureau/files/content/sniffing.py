"""The family of a file by its first bytes. They must stand at the very beginning."""

from __future__ import annotations

from enum import Enum


class Family(Enum):
    PDF = b"%PDF-"
    ZIP = b"PK\x03\x04"
    OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    PNG = b"\x89PNG\r\n\x1a\n"
    JPG = b"\xff\xd8\xff"


def family_of(head: bytes) -> Family | None:
    return next((family for family in Family if head.startswith(family.value)), None)
