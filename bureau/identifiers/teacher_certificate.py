"""Number of a teacher's qualification: year 4, province 2, authority 3, kind 1, sex 1, serial 6."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.regions import PROVINCES
from bureau.identifiers.text import compact

KINDS: dict[str, str | Promise] = {
    "1": _("kindergarten teacher"),
    "2": _("primary school teacher"),
    "3": _("junior secondary school teacher"),
    "4": _("senior secondary school teacher"),
    "5": _("secondary vocational school teacher"),
    "6": _("instructor of practice in secondary vocational schools"),
    "7": _("teacher in higher education"),
}
FIRST_YEAR = 1993  # the Teachers Law


@dataclass(frozen=True)
class TeacherCertificate:
    text: str
    year: int
    province: str
    authority: str
    kind: str
    sex: Literal["male", "female"]
    serial: str

    @property
    def kind_label(self) -> str | Promise:
        return KINDS[self.kind]

    def __str__(self) -> str:
        return self.text


def check(text: str) -> TeacherCertificate:
    """The parts of a possible number. Raises BadIdentifier."""
    number = compact(text)
    if not re.fullmatch(r"[0-9]{17}", number):
        raise BadIdentifier(_("A teacher certificate number has 17 digits. Compare it with the certificate."))
    year = int(number[:4])
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise BadIdentifier(
            _("The first four digits are the year of the certificate; no certificate has this year.")
        )
    if number[4:6] not in PROVINCES:
        raise BadIdentifier(_("Digits 5 and 6 are the province (14 is Shanxi); there is no such province."))
    if number[9] not in KINDS:
        raise BadIdentifier(
            _("Digit 10 is the kind of qualification and goes from 1 to 7. Compare it with the certificate.")
        )
    if number[10] not in "01":
        raise BadIdentifier(
            _("Digit 11 is the sex: 0 for women, 1 for men. Compare it with the certificate.")
        )
    sex: Literal["male", "female"] = "male" if number[10] == "1" else "female"
    return TeacherCertificate(number, year, number[4:6], number[6:9], number[9], sex, number[11:])
