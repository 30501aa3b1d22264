"""Unified social credit code, GB 32100-2015: department 1, kind 1, region 6, subject 9, check 1."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.text import compact

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # 31 characters: no I O S V Z
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ELSEWHERE = _("another body")

KINDS: dict[str, str | Promise] = {
    "11": _("state organ"),
    "12": _("public institution"),
    "51": _("social group"),
    "52": _("private non-enterprise unit"),
    "53": _("foundation"),
    "91": _("company"),
    "92": _("self-employed business"),
}


@dataclass(frozen=True)
class CreditCode:
    text: str
    prefix: str
    region: str
    subject: str

    @property
    def kind(self) -> str | Promise:
        """What the first two characters say the body is; public schools are 12, private ones 52 or 91."""
        return KINDS.get(self.prefix, _ELSEWHERE)

    def __str__(self) -> str:
        return self.text


def check_digit(first17: str) -> str:
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def check(text: str) -> CreditCode:
    """The parts of a right code. Raises BadIdentifier."""
    code = compact(text)
    if len(code) != 18:
        raise BadIdentifier(_("A social credit code has 18 characters. Compare it with the certificate."))
    if any(sign in "IOSVZ" for sign in code):
        raise BadIdentifier(
            _(
                "A social credit code never has the letters I, O, S, V or "
                "Z. Look whether 1, 0, 5, U or 2 is meant."
            )
        )
    if any(sign not in ALPHABET for sign in code):
        raise BadIdentifier(
            _("A social credit code has only digits and capital letters. Remove the other signs.")
        )
    if not re.fullmatch(r"[0-9]{6}", code[2:8]):
        raise BadIdentifier(_("Characters 3 to 8 of a social credit code are a region and have digits only."))
    if check_digit(code[:17]) != code[17]:
        raise BadIdentifier(
            _(
                "The last character does not fit the other 17, so at least one "
                "is wrong. Compare it with the certificate."
            )
        )
    return CreditCode(code, code[:2], code[2:8], code[8:17])
