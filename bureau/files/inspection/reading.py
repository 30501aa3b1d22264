"""What a limited process says of a file, and what our own tables say of its text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from bureau import confined
from bureau.files.choices import PICTURES, FileType
from bureau.files.inspection.choices import FindingKind
from bureau.files.inspection.findings import LONGEST_EXCERPT, Finding, Findings
from bureau.files.inspection.marks import classification_marks
from bureau.files.inspection.personal import personal_data
from bureau.settings import environment as env

# Raised whenever the check learns to find more: files that an older one has read are read again.
VERSION = 1
CHILD = "bureau.files.readers.child"
# What we can look into. Older formats hide too much: whoever wants to publish saves them in a newer one.
READABLE = (FileType.DOCX, FileType.XLSX, FileType.PDF, FileType.OFD, *PICTURES)
CLEANABLE = (FileType.DOCX, FileType.XLSX, FileType.PDF, *PICTURES)
# How much of its text the public search keeps of one file.
LONGEST_TEXT = 100_000
MOST_FINDINGS = 60


def read(data: bytes, file_type: str) -> Findings:
    """What is in a file; one that cannot be read whole says so, and stops a publication."""
    if file_type not in READABLE:
        return Findings((Finding(FindingKind.UNREADABLE, "", file_type),))
    said = _ask(data, file_type, "inspect")
    answer: dict[str, Any] = json.loads(said) if said else {"problem": "too_large"}
    if "problem" in answer:
        return Findings((Finding(FindingKind.UNREADABLE, "", str(answer["problem"])),))
    texts: list[tuple[str, str]] = answer["texts"]
    found = [*_said(answer["found"]), *_in_texts(texts)]
    return Findings(tuple(found[:MOST_FINDINGS]), "\n".join(text for _where, text in texts)[:LONGEST_TEXT])


def clean(data: bytes, file_type: str) -> bytes | None:
    """A copy without what hides in the file; None where taking it out would change what the file says."""
    if file_type not in CLEANABLE:
        return None
    return _ask(data, file_type, "clean") or None


def _ask(data: bytes, file_type: str, what: str) -> bytes:
    limits = {
        "type": file_type,
        "do": what,
        "memory_mb": settings.FILES_INSPECTION_MEMORY_MB,
        "cpu_seconds": settings.FILES_INSPECTION_CPU_SECONDS,
        "characters": settings.FILES_INSPECTION_CHARACTERS,
        "pixels": settings.FILES_IMAGE_MEGAPIXELS * 1_000_000,
        "unpacked_mb": settings.FILES_INSPECTION_UNPACKED_MB,
    }
    return confined.run(
        CHILD, data, limits, wall_seconds=settings.FILES_INSPECTION_WALL_SECONDS, root=str(env.ROOT)
    )


def _said(found: list[list[str]]) -> Iterator[Finding]:
    for kind, where, excerpt in found:
        yield Finding(FindingKind(kind), where, " ".join(excerpt.split())[:LONGEST_EXCERPT])


def _in_texts(texts: list[tuple[str, str]]) -> Iterator[Finding]:
    for where, text in texts:
        for line in classification_marks(text):
            yield Finding(FindingKind.CLASSIFICATION, where, line)
        yield from personal_data(text, where)
