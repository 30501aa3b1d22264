"""What a public form carries along: the token that makes it one sending, and when it was opened."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from django.core import signing


@dataclass(frozen=True)
class Ticket:
    """`began`: in seconds. Signed for one form by its `salt`; another form's ticket is none."""

    token: str
    began: float
    salt: str

    @classmethod
    def new(cls, salt: str) -> Ticket:
        return cls(secrets.token_urlsafe(24), time.time(), salt)

    @classmethod
    def read(cls, signed: str, salt: str) -> Ticket | None:
        """None for one that is missing, changed or another form's."""
        try:
            token, began = signing.loads(signed, salt=salt)
            return cls(str(token), float(began), salt)
        except (signing.BadSignature, TypeError, ValueError):
            return None

    def signed(self) -> str:
        return signing.dumps([self.token, self.began], salt=self.salt)
