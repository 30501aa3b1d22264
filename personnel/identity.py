"""Numbers of identity documents: their forms, and whether they fit the person."""

from __future__ import annotations

import re
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.identifiers import resident_id
from bureau.identifiers.encryption import Digest, keyed_digest
from bureau.identifiers.errors import BadIdentifier
from bureau.identifiers.text import compact
from personnel.choices import IdKind

# Residence permits have the form of a resident number: 81 Hong Kong, 82 Macao, 83 Taiwan.
_RESIDENCE_PREFIXES = ("81", "82", "83")
_FORMS: dict[str, tuple[re.Pattern[str], str | Promise]] = {
    IdKind.HK_MACAO_PERMIT: (
        re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
        _("A travel permit of Hong Kong or Macao has H or M and 8 digits. Compare it with the card."),
    ),
    IdKind.TAIWAN_PERMIT: (
        re.compile(r"[0-9]{8}(?:[0-9]{2}[0-9A-Z]?)?"),
        _("A travel permit of Taiwan has 8 digits. Compare it with the card."),
    ),
    IdKind.PASSPORT: (
        re.compile(r"[A-Z0-9]{5,20}"),
        _("A passport number has 5 to 20 letters and digits. Compare it with the passport."),
    ),
}


def digest(kind: str, number: str) -> Digest:
    """What a number is found by; different for each kind of document."""
    return keyed_digest(f"personnel.teacher.id.{kind}", compact(number))


def check(kind: str, text: str, *, sex: str = "", born_on: date | None = None) -> str:
    """The number as it is stored. Raises BadIdentifier; its sentence never repeats the number."""
    number = compact(text)
    if kind == IdKind.NONE:
        if number:
            raise BadIdentifier(_("Choose the kind of document to which this number belongs."))
        return ""
    if not number:
        raise BadIdentifier(_("Type the number of the document, or choose “no document yet”."))
    if kind in _FORMS:
        form, sentence = _FORMS[kind]
        if not form.fullmatch(number):
            raise BadIdentifier(sentence)
        return number
    return _fitting(kind, number, sex, born_on)


def _fitting(kind: str, number: str, sex: str, born_on: date | None) -> str:
    """A number that carries birth and sex: both must be those of the person."""
    parts = resident_id.check(number)
    if kind == IdKind.HMT_RESIDENCE and not number.startswith(_RESIDENCE_PREFIXES):
        raise BadIdentifier(
            _("The number of such a residence permit begins with 81, 82 or 83. Compare it with the card.")
        )
    if born_on is not None and parts.born_on != born_on:
        raise BadIdentifier(
            _("The date of birth in the number is not the one given. Compare both with the card.")
        )
    if sex and parts.sex != sex:
        raise BadIdentifier(_("The sex in the number is not the one given. Compare both with the card."))
    return number
