"""School identification code: type 2, province 2, sequence 6. No check digit; a code is never used again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.regions import PROVINCES
from bureau.identifiers.text import compact

TYPES: dict[str, str | Promise] = {
    "11": _("kindergarten"),
    "21": _("primary school"),
    "22": _("primary school for adults"),
    "31": _("junior secondary school"),
    "32": _("vocational junior secondary school"),
    "33": _("junior secondary school for adults"),
    "34": _("senior secondary school"),  # complete secondary schools too
    "35": _("senior secondary school for adults"),
    "36": _("secondary vocational school"),
    "37": _("special-regime school"),
    "41": _("institution of higher education"),
    "42": _("institution of higher education for adults"),
    "51": _("special education school"),
    "91": _("other institution"),
    "92": _("other institution"),
    "93": _("other institution"),
}
_HIGHER = frozenset({"41", "42"})


@dataclass(frozen=True)
class SchoolCode:
    text: str
    type: str
    province: str
    sequence: str

    @property
    def kind(self) -> str | Promise:
        return TYPES[self.type]

    def __str__(self) -> str:
        return self.text


def check(text: str) -> SchoolCode:
    """The parts of a possible code. Raises BadIdentifier."""
    code = compact(text)
    if not re.fullmatch(r"[0-9]{10}", code):
        raise BadIdentifier(
            _("A school identification code has 10 digits. Compare it with the notice that assigned it.")
        )
    if code[:2] not in TYPES:
        raise BadIdentifier(
            _("The first two digits of a school identification code are the type; there is no such type.")
        )
    if code[2:4] not in PROVINCES:
        raise BadIdentifier(
            _(
                "Digits 3 and 4 of a school identification code are the "
                "province (14 is Shanxi); there is no such province."
            )
        )
    if code[:2] in _HIGHER and code[4] != "0":
        raise BadIdentifier(_("In higher education the sequence is 0 and the five digits of the old code."))
    return SchoolCode(code, code[:2], code[2:4], code[4:])
