"""The second step of sign-in: six-digit codes and recovery codes, counted and used once in the database."""

from __future__ import annotations

from datetime import timedelta

from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import get_totp_secret, validate_totp_code
from allauth.mfa.utils import decrypt
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.accounts import limits
from bureau.accounts.models import User
from bureau.audit import services as audit

CODE_LIMIT = 8
CODE_WINDOW = timedelta(minutes=15)
# A code holds for its own 30 seconds and one period before and after; then it is no code any more.
CODE_LIFE = timedelta(seconds=90)

WRONG_CODE = _("This code is not right, or was used already. Wait for the next one and type that.")
TOO_MANY = _("Too many wrong codes. Please wait a few minutes and try again.")


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def accepts(user: User, code: str) -> Authenticator | None:
    """The authenticator of `user` that this code opens, or None. Uses the code up.

    Raises ValidationError after too many tries; counted per person, whatever the browser.
    """
    if not limits.spend("second_factor", str(user.pk), limit=CODE_LIMIT, window=CODE_WINDOW):
        raise ValidationError(TOO_MANY)
    plain = "".join(sign for sign in code if sign.isalnum())
    authenticator: Authenticator
    for authenticator in Authenticator.objects.filter(user=user):
        if _opens(authenticator, user, plain):
            limits.give_back("second_factor", str(user.pk))
            return authenticator
    audit.record("accounts.user.second_factor_failed", by=user, obj=user, refused=True)
    return None


def _opens(authenticator: Authenticator, user: User, code: str) -> bool:
    if authenticator.type == Authenticator.Type.TOTP:
        return validate_totp_code(decrypt(authenticator.data["secret"]), code) and _first_use(user, code)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return bool(RecoveryCodes(authenticator).validate_code(code))
    return False


def _first_use(user: User, code: str) -> bool:
    """A code that somebody has watched being typed opens nothing a second time."""
    return limits.spend("second_factor.used", f"{user.pk} {code}", limit=1, window=CODE_LIFE)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the app"),
        max_length=20,
        help_text=_("Six digits from the app on your phone, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        self.user = user
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        found = accepts(self.user, code)
        if found is None:
            raise ValidationError(WRONG_CODE)
        self.authenticator = found
        return code


class AuthenticateForm(CodeForm):
    def save(self) -> None:
        post_authentication(context.request, self.authenticator)


class ReauthenticateForm(CodeForm):
    def save(self) -> None:
        post_authentication(context.request, self.authenticator, reauthenticated=True)


class ActivateForm(CodeForm):
    """Sets up the app on the phone; the code proves that it took the secret."""

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["code"].help_text = _("Six digits from the app on your phone.")
        self.secret = get_totp_secret(regenerate=not self.is_bound)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not limits.spend("second_factor", str(self.user.pk), limit=CODE_LIMIT, window=CODE_WINDOW):
            raise ValidationError(TOO_MANY)
        if not validate_totp_code(self.secret, "".join(sign for sign in code if sign.isdigit())):
            raise ValidationError(WRONG_CODE)
        limits.give_back("second_factor", str(self.user.pk))
        return code


def is_compulsory() -> bool:
    return bool(settings.STAFF_SECOND_FACTOR)


def accepts_quietly(user: User, code: str) -> bool:
    """The same as `accepts`, where too many tries are simply a no."""
    try:
        return accepts(user, code) is not None
    except ValidationError:
        return False
