"""Secret codes that people read from paper and type: receipts, slips."""

from __future__ import annotations

import secrets

from django.db.models import Model

from bureau.identifiers.digests import renew
from bureau.identifiers.encryption import Digest, keyed_digest
from bureau.identifiers.text import compact

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L


def new_code(length: int = 10) -> str:
    """Random, about 4.95 bits a character: 10 characters are 49 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normalise(text: str) -> str:
    """Upper case, half-width, without the spaces and dashes of the printed form."""
    return "".join(sign for sign in compact(text) if sign not in "-‐‑‒–—_·.")


def grouped(code: str, size: int = 5) -> str:
    """As printed: ABCDE-FGHJK."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def digest(purpose: str, code: str) -> Digest:
    """What is stored in the code's place."""
    return keyed_digest(purpose, normalise(code))


def matches(purpose: str, code: str, stored: str) -> bool:
    """Whether a typed code is the one that was handed out; takes the same time either way."""
    return digest(purpose, code).fits(stored)


def opens(purpose: str, code: str, record: Model, field: str = "code_digest") -> bool:
    """As `matches`; a right code whose digest stands under a former key is written anew with the newest."""
    typed = digest(purpose, code)
    if not typed.fits(getattr(record, field)):
        return False
    renew(type(record)._base_manager.filter(pk=record.pk), field, typed)
    return True


def derived_code(purpose: str, secret: str, length: int = 10, *, stored: str | None = None) -> str:
    """The code that belongs to a secret: the same each time, and not to be computed without our key.

    `stored`: the digest of the code that was handed out; a code that a former key gave is then given again.
    """
    found = [_in_signs(one, length) for one in keyed_digest(purpose, secret).every]
    return next((code for code in found if stored and matches(purpose, code, stored)), found[0])


def _in_signs(digest: str, length: int) -> str:
    number = int(digest, 16)
    signs = []
    for _place in range(length):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(signs)
