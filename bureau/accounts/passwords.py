"""What a password must be. Long and one's own; composition and rotation are switches (MLPS against ASVS)."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bureau.accounts.models import User

MIN_LENGTH = 10
MAX_LENGTH = 128

# Words that everyone would try first here, in both languages and in pinyin.
BUREAU_WORDS = (
    "education", "bureau", "school", "jinzhong", "password", "portal",
    "jiaoyu", "jiaoyuju", "xuexiao", "mima", "教育", "教育局", "学校", "密码", "晋中",
)  # fmt: skip


class LengthValidator:
    """At least 10 signs, at most 128, all of which count."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < MIN_LENGTH:
            raise ValidationError(
                _("The password has fewer than %(n)d characters. A short sentence is easy to remember."),
                params={"n": MIN_LENGTH},
            )
        if len(password) > MAX_LENGTH:
            raise ValidationError(
                _("The password has more than %(n)d characters. Please shorten it."), params={"n": MAX_LENGTH}
            )

    def get_help_text(self) -> str:
        return str(
            _("Use at least %(n)d characters. A short sentence is easy to remember.") % {"n": MIN_LENGTH}
        )


class CommonWordsValidator:
    """Not one of the 20,000 that attackers try first, nor one of them with digits around it."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: User | None = None) -> None:
        plain = password.lower().strip()
        core = plain.strip("0123456789!@#$%^&*.-_ ")
        if plain in self._common or core in self._common or not core or len(set(plain)) < 4:
            raise ValidationError(
                _("This password is one of those that are tried first. Choose another one.")
            )

    def get_help_text(self) -> str:
        return str(_("Do not use a common password, or one of digits alone."))


class OwnWordsValidator:
    """Not made of the person's name, user name, phone or mail, nor of words of the bureau."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = _folded(password)
        for word in sorted(_own_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        # Five signs of one's own must remain besides the known words.
        if len(rest) < min(5, len(password)):
            raise ValidationError(
                _(
                    "The password is made of your name, your number or words of the bureau. Choose another one."
                )
            )
        if user is not None and any(word in _folded(password) for word in _numbers_of(user)):
            raise ValidationError(
                _("The password contains your user name, phone or e-mail. Choose another one.")
            )

    def get_help_text(self) -> str:
        return str(_("Do not use your name, your numbers or words of the bureau."))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _numbers_of(user: User) -> set[str]:
    parts = (user.username, user.phone or "", (user.email or "").split("@")[0])
    return {_folded(part) for part in parts if len(part) >= 4}


def _own_words(user: User | None) -> set[str]:
    words = set(BUREAU_WORDS)
    if user is not None:
        words |= {_folded(part) for part in user.name.split() if len(part) >= 2} | _numbers_of(user)
    return words


class CompositionValidator:
    """As many kinds of characters as `PASSWORD_CLASSES` says; 1 asks for nothing."""

    def validate(self, password: str, user: User | None = None) -> None:
        if _classes(password) < settings.PASSWORD_CLASSES:
            raise ValidationError(
                ngettext(
                    "The password needs %(n)d of these: small letters, capitals, digits, other characters.",
                    "The password needs %(n)d of these: small letters, capitals, digits, other characters.",
                    settings.PASSWORD_CLASSES,
                )
                % {"n": settings.PASSWORD_CLASSES}
            )

    def get_help_text(self) -> str:
        if settings.PASSWORD_CLASSES < 2:
            return ""
        return str(
            _("Use %(n)d of these: small letters, capitals, digits, other characters.")
            % {"n": settings.PASSWORD_CLASSES}
        )


def _classes(password: str) -> int:
    kinds = {
        "small" if sign.islower() else "capital" if sign.isupper() else "digit" if sign.isdigit() else "other"
        for sign in password
    }
    return len(kinds)


class ReuseValidator:
    """Not the present one; none of the last `PASSWORD_HISTORY` either."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        former = [user.password] if user.has_usable_password() else []
        if settings.PASSWORD_HISTORY:
            former += user.former_passwords.values_list("password", flat=True)[: settings.PASSWORD_HISTORY]
        plain = unicodedata.normalize("NFKC", password)
        if any(check_password(plain, encoded) for encoded in former):
            raise ValidationError(_("You have used this password before. Choose a new one."))

    def get_help_text(self) -> str:
        return ""


def is_too_old(user: User) -> bool:
    """Whether rotation is switched on and due."""
    if not settings.PASSWORD_MAX_AGE_DAYS:
        return False
    set_at = user.password_set_at or user.date_joined
    return bool(set_at < timezone.now() - timedelta(days=settings.PASSWORD_MAX_AGE_DAYS))
