"""What a person must do before anything else: a password of one's own, then the second factor."""

from __future__ import annotations

from bureau.accounts import passwords, second_factor
from bureau.accounts.models import User


def unfinished(user: User, *, is_staff: bool) -> str:
    """The URL name of the page that comes first; "" when all is in order."""
    if user.must_change_password or passwords.is_too_old(user):
        return "account_change_password"
    if is_staff and second_factor.is_compulsory() and not second_factor.has_second_factor(user):
        return "mfa_activate_totp"
    return ""
