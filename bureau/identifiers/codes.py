"""Secret codes that people read from paper and type: receipts, slips."""

from __future__ import annotations

import hmac
import secrets

from bureau.identifiers.encryption import keyed_digest
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


def digest(purpose: str, code: str) -> str:
    """What is stored in the code's place."""
    return keyed_digest(purpose, normalise(code))


def matches(purpose: str, code: str, stored: str) -> bool:
    """Whether a typed code is the one that was handed out; takes the same time either way."""
    return hmac.compare_digest(digest(purpose, code), stored)


def derived_code(purpose: str, secret: str, length: int = 10) -> str:
    """The code that belongs to a secret: the same each time, and not to be computed without our key."""
    number = int(keyed_digest(purpose, secret), 16)
    signs = []
    for _place in range(length):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(signs)
