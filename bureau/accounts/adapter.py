"""What allauth asks of us: sign-up closed, our counting, our encryption, no mails on its own."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.accounts import sender
from bureau.identifiers import encryption

_COLUMN = "mfa.authenticator.data"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("Too many wrong codes. Please wait a few minutes and try again."),
        "rate_limited": _("Too many wrong codes. Please wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the bureau, never by a visitor."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return sender.address(request)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notices to people go through `bureau.notices`."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not right, or was used already. Wait for the next one and type that."
        ),
    }

    def get_totp_issuer(self) -> str:
        return str(gettext("Education Bureau Portal"))

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text, column=_COLUMN)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text, column=_COLUMN)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where the second factor is compulsory it can be replaced by an administrator, not given up."""
        return not settings.STAFF_SECOND_FACTOR
