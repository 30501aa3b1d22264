"""Numbers of people in what is about to be published. Their excerpts are masked: the finding tells nobody more."""

from __future__ import annotations

import re
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

OLD_LENGTH = 15
# Cards of people: UnionPay 62 (16 to 19 digits), and the 16 of other houses. Accounts of an organisation begin otherwise.
CARD = re.compile(r"62\d{14,17}$|[45]\d{15}$")


def personal_data(text: str, where: str = "") -> list[Finding]:
    """Each kind of number once, with the first one masked and how many more there are. Tags do not count."""
    narrow = unicodedata.normalize("NFKC", plain_text(text)).lower()
    found: dict[FindingKind, list[str]] = {}
    taken: set[int] = set()
    for one in numbers_in(narrow):
        number = "".join(mark for mark in narrow[one.start : one.end] if mark.isalnum())
        kind = _kind_of(one.kind, number)
        # A number that is an identity number already is no bank card as well.
        if kind is None or one.start in taken:
            continue
        taken.add(one.start)
        found.setdefault(kind, []).append(number)
    return [Finding(kind, where, _excerpt(kind, numbers)) for kind, numbers in found.items()]


def _kind_of(kind: NumberKind, number: str) -> FindingKind | None:
    if kind == NumberKind.ID and len(number) == OLD_LENGTH:
        return FindingKind.OLD_ID
    if kind == NumberKind.CARD and not CARD.match(number):
        return None
    return KINDS.get(kind)


def _excerpt(kind: FindingKind, numbers: list[str]) -> str:
    masked = mask_phone(numbers[0]) if kind == FindingKind.PHONE else mask_tail(numbers[0])
    return f"{masked} (+{len(numbers) - 1})" if len(numbers) > 1 else masked
