"""What was typed into a form whose session had ended, carried through sign-in and back.

The fields travel in the sign-in page itself, signed and bound to the person whose session it was; the server
keeps nothing for a sender it does not know. Files and passwords are not carried, and the page says so.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest

from bureau.accounts import device

# As much as an ordinary long form; more is not echoed back to a sender who has proved nothing.
MAX_BYTES = 200_000
MAX_FIELDS = 2_000
MAX_AGE = 24 * 60 * 60
SESSION_KEY = "carried"
_SALT = "bureau.accounts.carry"
_SECRET = re.compile(r"pass(word|wd|code)?|pwd|secret|one_time|otp|csrfmiddlewaretoken", re.IGNORECASE)


@dataclass(frozen=True)
class Carried:
    """A posted form on its way. `fields`: (name, values) in the order in which they came."""

    user_id: int
    path: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    had_files: bool = False
    had_secrets: bool = False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.fields for value in values]

    def sign(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


def from_post(request: HttpRequest) -> Carried | None:
    """The posted form, for whoever it belongs to; None when nobody is known or it is too large."""
    owner = _owner(request)
    if owner is None or request.method != "POST":
        return None
    names = [name for name in request.POST if not _SECRET.search(name)]
    fields = tuple((name, tuple(request.POST.getlist(name))) for name in names)
    secrets = any(_SECRET.search(name) and name != "csrfmiddlewaretoken" for name in request.POST)
    carried = Carried(owner, request.get_full_path(), fields, bool(request.FILES), secrets)
    return carried if _fits(carried) else None


def _owner(request: HttpRequest) -> int | None:
    """Whose session has just ended here; else whose browser this is."""
    ended: int | None = getattr(request, "expired_user_id", None)
    if ended is not None:
        return ended
    known = device.of(request)
    return known.user_id if known else None


def _fits(carried: Carried) -> bool:
    pairs = carried.pairs
    return len(pairs) <= MAX_FIELDS and sum(len(n.encode()) + len(v.encode()) for n, v in pairs) <= MAX_BYTES


def read(signed: str, *, user_id: int | None = None) -> Carried | None:
    """What a signed field says, if it is ours, fresh and (where asked) this person's."""
    if not signed or len(signed) > MAX_BYTES * 4:
        return None
    try:
        data: dict[str, Any] = signing.loads(signed, salt=_SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    fields = tuple((str(name), tuple(values)) for name, values in data.pop("fields"))
    carried = Carried(**data, fields=fields)
    return carried if user_id in (None, carried.user_id) else None
