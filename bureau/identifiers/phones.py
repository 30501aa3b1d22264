"""Telephone numbers as people type them."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.text import normalise_digits

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))([2-9][0-9]{6,7})")
_SERVICE = re.compile(r"(?:400|800)[0-9]{7}|1[0-9]{4}|9[0-9]{4,5}")


def normalise(text: str) -> str:
    """Half-width digits without spaces, dashes or +86; what is no digit stays for `check` to refuse."""
    number = re.sub(r"[\s\-‐-―()（）.]", "", normalise_digits(text))
    number = re.sub(r"^(?:\+86|0086)", "", number)
    return number[2:] if re.fullmatch(r"861[3-9][0-9]{9}", number) else number


def check(text: str) -> str:
    """A mobile number, a landline with its area code, or a service number. Raises BadIdentifier."""
    number = normalise(text)
    if is_mobile(number) or _LANDLINE.fullmatch(number) or _SERVICE.fullmatch(number):
        return number
    raise BadIdentifier(
        _("Type a mobile number with 11 digits, or a landline with its area code, such as 0354 3061234.")
    )


def check_mobile(text: str) -> str:
    number = normalise(text)
    if is_mobile(number):
        return number
    raise BadIdentifier(_("Type a mobile number: 11 digits, beginning with 1."))


def is_mobile(number: str) -> bool:
    return _MOBILE.fullmatch(number) is not None
