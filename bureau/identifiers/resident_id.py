"""Resident identity number, GB 11643-1999: region 6, birth 8, serial 3, check 1.

The county is not looked up: numbers once issued stay valid when a county is renamed or becomes a district.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.regions import ID_PREFIXES
from bureau.identifiers.text import compact

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# What lies before is never in the future: the clock need not be asked for each of thousands.
PAST = date(2026, 1, 1)
_FORM = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True)
class ResidentId:
    text: str
    region: str
    born_on: date
    sex: Literal["male", "female"]

    def __str__(self) -> str:
        return self.text


def check_digit(first17: str) -> str:
    """The 18th character: weighted sum mod 11 (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(map(mul, map(int, first17), _WEIGHTS)) % 11]


def check(text: str) -> ResidentId:
    """The parts of a right number. Raises BadIdentifier."""
    number = compact(text)
    if re.fullmatch(r"[0-9]{15}", number):
        raise BadIdentifier(
            _("This is an old number with 15 digits. Type the 18 characters of the identity card now in use.")
        )
    if not _FORM.fullmatch(number):
        raise BadIdentifier(
            _("An identity number has 17 digits and then a digit or the letter X. Compare it with the card.")
        )
    if number[:2] not in ID_PREFIXES:
        raise BadIdentifier(
            _("No province has the first two digits of this identity number. Compare it with the card.")
        )
    born_on = _birth(number)
    if check_digit(number[:17]) != number[17]:
        raise BadIdentifier(
            _(
                "The last character does not fit the other 17, so at least "
                "one is wrong. Compare it with the card."
            )
        )
    return ResidentId(number, number[:6], born_on, "male" if int(number[16]) % 2 else "female")


def _birth(number: str) -> date:
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise BadIdentifier(
            _(
                "Characters 7 to 14 are the date of birth, and this date "
                "does not exist. Compare it with the card."
            )
        ) from None
    if born_on >= PAST and born_on > timezone.localdate():
        raise BadIdentifier(
            _("The date of birth in this identity number lies in the future. Compare it with the card.")
        )
    return born_on
