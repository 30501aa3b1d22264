"""Numbers of people in what is about to be published. Their excerpts are masked: the finding tells nobody more."""

from __future__ import annotations

import unicodedata

from bureau.files.inspection.choices import FindingKind
from bureau.files.inspection.findings import Finding
from bureau.files.inspection.plain import plain_text
from bureau.identifiers.masking import mask_phone, mask_tail
from bureau.identifiers.personal import NumberKind, numbers_in

# The telephone of an office is meant to be read; a mobile one is somebody's own.
KINDS = {
    NumberKind.ID: FindingKind.ID_NUMBER,
    NumberKind.CARD: FindingKind.CARD,
    NumberKind.MOBILE: FindingKind.PHONE,
}


def personal_data(text: str, where: str = "") -> list[Finding]:
    """Each kind of number once, with the first one masked and how many more there are. Tags do not count."""
    narrow = unicodedata.normalize("NFKC", plain_text(text)).lower()
    found: dict[FindingKind, list[str]] = {}
    taken: set[int] = set()
    for one in numbers_in(narrow):
        # A number that is an identity number already is no bank card as well.
        if one.kind not in KINDS or one.start in taken:
            continue
        taken.add(one.start)
        found.setdefault(KINDS[one.kind], []).append(narrow[one.start : one.end])
    return [Finding(kind, where, _excerpt(kind, numbers)) for kind, numbers in found.items()]


def _excerpt(kind: FindingKind, numbers: list[str]) -> str:
    first = "".join(mark for mark in numbers[0] if mark.isalnum())
    masked = mask_phone(first) if kind == FindingKind.PHONE else mask_tail(first)
    return f"{masked} (+{len(numbers) - 1})" if len(numbers) > 1 else masked
