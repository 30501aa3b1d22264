"""Who may not be switched off: the last one of a kind. Upper floors know the kinds."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.functional import Promise

from bureau.accounts.models import User
from bureau.registry import Registry

# A person → why the account must stay in use, or "".
KEPT: Registry[Callable[[User], str | Promise]] = Registry("accounts that must stay")


def check_not_needed(user: User) -> None:
    """Raises ValidationError with the reason."""
    for reason in KEPT:
        sentence = reason(user)
        if sentence:
            raise ValidationError(str(sentence))
