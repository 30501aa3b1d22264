"""Who may not be switched off: the last one of a kind; and what ends with an account. Upper floors know the kinds."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.functional import Promise

from bureau.accounts.models import User
from bureau.registry import Registry

# A person → why the account must stay in use, or "".
KEPT: Registry[Callable[[User], str | Promise]] = Registry("accounts that must stay")

# What a person gave out that must not outlive the account, such as secret addresses; called in the transaction.
ENDING: Registry[Callable[[User], None]] = Registry("what ends with an account")


def check_not_needed(user: User) -> None:
    """Raises ValidationError with the reason."""
    for reason in KEPT:
        sentence = reason(user)
        if sentence:
            raise ValidationError(str(sentence))


def end_with(user: User) -> None:
    """It stays ended when the account is in use again."""
    for end in ENDING:
        end(user)
