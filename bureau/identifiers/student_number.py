"""Student number: G and the identity number, or L (temporary) or J (identity not verified) and a number.

One person keeps one number for life.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bureau.identifiers import resident_id
from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.resident_id import ResidentId
from bureau.identifiers.text import compact


@dataclass(frozen=True)
class StudentNumber:
    text: str
    kind: Literal["G", "L", "J"]
    resident_id: ResidentId | None = None

    @property
    def is_temporary(self) -> bool:
        return self.kind != "G"

    def __str__(self) -> str:
        return self.text


def check(text: str) -> StudentNumber:
    """The parts of a possible number. Raises BadIdentifier."""
    number = compact(text)
    if number[:1] == "G":
        return StudentNumber(number, "G", _identity(number))
    # How temporary numbers are built differs between provinces and years: digits, at most 18, perhaps an X.
    if re.fullmatch(r"[LJ][0-9]{5,17}[0-9X]", number):
        return StudentNumber(number, "L" if number[0] == "L" else "J")
    raise BadIdentifier(
        _(
            "A student number is G and the identity number, or L or J and a "
            "temporary number. Copy it from the register."
        )
    )


def _identity(number: str) -> ResidentId:
    if len(number) != 19:
        raise BadIdentifier(
            _("A student number with G has 19 characters: G and the 18 of the identity number.")
        )
    try:
        return resident_id.check(number[1:])
    except BadIdentifier as error:
        raise BadIdentifier(
            format_lazy("{}{}", _("After the G stands the identity number. "), error.sentence)
        ) from error
