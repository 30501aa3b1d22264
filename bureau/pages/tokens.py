"""One form, one act: a signed token that says who opened which form."""

from __future__ import annotations

from secrets import token_hex

from django.core import signing

from bureau.accounts.principals import Principal

SALT = "pages.form"
LIFETIME = 24 * 60 * 60


class StaleToken(ValueError):
    """Missing, forged, too old, or of another person's form."""


def new_token(principal: Principal, purpose: str) -> str:
    return signing.dumps([principal.audit_id, purpose, token_hex(16)], salt=SALT)


def read_token(token: str, principal: Principal, purpose: str) -> str:
    """The random part, unique to one opened form. Raises StaleToken."""
    try:
        owner, what, key = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        raise StaleToken from None
    if (owner, what) != (principal.audit_id, purpose):
        raise StaleToken
    return str(key)
