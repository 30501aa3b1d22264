"""Initial passwords on paper: random, one use, for a time; a new one must be chosen at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from bureau.accounts import limits, visits
from bureau.accounts.models import Slip, User
from bureau.accounts.principals import Principal
from bureau.audit import services as audit

# No 0 O o, 1 I l: what is read from paper must be typed right. 12 of 54 signs: 69 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Printed:
    """What stands on the paper. Exists while one page is rendered, nowhere else."""

    user: User
    password: str
    expires_at: datetime


def new_password() -> str:
    """Three groups of four, such as "kT7m-Rw4p-9xHd", with small letters, capitals and digits."""
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(12))
        if (
            any(s.islower() for s in signs)
            and any(s.isupper() for s in signs)
            and any(s.isdigit() for s in signs)
        ):
            return "-".join(signs[start : start + 4] for start in (0, 4, 8))


def issue(users: Iterable[User], *, by: Principal) -> list[Printed]:
    """New initial passwords for `users`; the old ones, their sessions and older slips end."""
    people = list(users)
    passwords = [new_password() for _ in people]
    hashes = _hashes(passwords)
    expires_at = timezone.now() + timedelta(days=settings.SLIP_DAYS)
    with transaction.atomic():
        for user, encoded in zip(people, hashes, strict=True):
            _hand_out(user, encoded, expires_at=expires_at, by=by)
    return [Printed(user, plain, expires_at) for user, plain in zip(people, passwords, strict=True)]


def _hashes(passwords: Sequence[str]) -> list[str]:
    """Slow by design; argon2 lets go of the interpreter, so that two cores halve the wait."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(make_password, passwords))


def _hand_out(user: User, encoded: str, *, expires_at: datetime, by: Principal) -> None:
    user.password = encoded
    user.password_set_at = timezone.now()
    user.must_change_password = True
    user.save(update_fields=["password", "password_set_at", "must_change_password"])
    visits.end_all(user)
    limits.forget("sign_in.account", f"person {user.pk}")  # whoever holds the paper starts afresh
    Slip.objects.filter(user=user, used_at=None).update(used_at=timezone.now())
    Slip.objects.create(user=user, issued_by=by.audit_name[:100], expires_at=expires_at)
    audit.record("accounts.user.slip_issued", by=by, obj=user)


def has_lapsed(user: User) -> bool:
    """Whether this person's password comes from a slip that is used up or too old."""
    if not user.must_change_password:
        return False
    last = Slip.objects.filter(user=user).first()
    return last is not None and not last.is_open


def use_up(user: User) -> None:
    """The slip has opened its one session."""
    Slip.objects.filter(user=user, used_at=None).update(used_at=timezone.now())
