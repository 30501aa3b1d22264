"""Trying a name and a password. Unknown, wrong and inactive cost the same and read the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.accounts import limits, selectors, slips
from bureau.accounts.device import Device
from bureau.accounts.models import User
from bureau.accounts.principals import PUBLIC
from bureau.audit import services as audit

WRONG = _("The name or the password is not right. Check both, and whether the keyboard types capitals.")


@dataclass(frozen=True)
class Attempt:
    """`user` when the password was right; else a sentence, and when it may be tried again."""

    user: User | None = None
    refusal: str | Promise = ""
    locked_until: datetime | None = None


@dataclass(frozen=True)
class _Measure:
    """One bucket that a try is counted in."""

    bucket: str
    key: str
    limit: int

    @property
    def window(self) -> timedelta:
        return timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES)

    def spend(self) -> bool:
        return limits.spend(self.bucket, self.key, limit=self.limit, window=self.window)

    def free_at(self) -> datetime:
        return timezone.now() + limits.wait(self.bucket, self.key, limit=self.limit, window=self.window)


def attempt(*, login: str, password: str, sender: str, device: Device | None = None) -> Attempt:
    """Check a name and a password. Nobody is signed in by this; every try is counted first."""
    person = selectors.person_by_login(login)
    measures = _measures(person, login, sender, device)
    for number, measure in enumerate(measures):
        if not measure.spend():
            for spent in measures[:number]:
                limits.give_back(spent.bucket, spent.key)
            return _locked(person, measure)
    if not _password_is_right(person, password) or person is None:
        audit.record("accounts.user.sign_in_failed", by=PUBLIC, obj=person, refused=True)
        return Attempt(refusal=WRONG)
    for measure in measures:
        limits.give_back(measure.bucket, measure.key)
    if slips.has_lapsed(person):
        audit.record(
            "accounts.user.sign_in_failed", by=PUBLIC, obj=person, detail={"slip": "lapsed"}, refused=True
        )
        return Attempt(
            refusal=_("This slip has been used or is too old. Ask whoever gave it to you for a new one.")
        )
    return Attempt(user=person)


def _measures(person: User | None, login: str, sender: str, device: Device | None) -> tuple[_Measure, ...]:
    account = f"person {person.pk}" if person else f"text {selectors.login_text(login).lower()}"
    per_account = settings.SIGN_IN_TRIES_PER_ACCOUNT
    if person is not None and device is not None and device.user_id == person.pk:
        # Strangers' tries do not shut a person out of a browser that he or she has used before.
        mine = _Measure("sign_in.device", f"{account} {device.number}", per_account)
    else:
        mine = _Measure("sign_in.account", account, per_account)
    return (_Measure("sign_in.sender", sender, settings.SIGN_IN_TRIES_PER_SENDER), mine)


def _password_is_right(person: User | None, password: str) -> bool:
    """One hash for everybody: a name that nobody has must not answer faster."""
    if person is None:
        make_password(password)
        return False
    return person.check_password(password) and person.is_active


def _locked(person: User | None, measure: _Measure) -> Attempt:
    # One row per lock-out, not one per knock on the locked door.
    if limits.spend("sign_in.locked", f"{measure.bucket} {measure.key}", limit=1, window=measure.window):
        audit.record(
            "accounts.user.locked_out", by=PUBLIC, obj=person, detail={"bucket": measure.bucket}, refused=True
        )
    return Attempt(refusal=_("There were too many wrong tries."), locked_until=measure.free_at())
