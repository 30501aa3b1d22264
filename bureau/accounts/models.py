"""People with an account."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


def _one_form(password: str | None) -> str | None:
    """Full-width letters and composed accents are the same password, whatever the keyboard."""
    return unicodedata.normalize("NFKC", password) if password is not None else None


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person of the bureau, a district or a school. What they may do stands in their memberships.

    `is_superuser`, `groups` and `user_permissions` come with Django; the portal never asks them.
    """

    class Language(models.TextChoices):
        ZH = "zh-hans", "简体中文"
        EN = "en", "English"

    username = models.CharField(
        _("user name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20, null=True, blank=True, unique=True)
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, default=Language.ZH)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    # Part of every session: raising it ends them all, and re-activation revives none.
    session_epoch = models.PositiveIntegerField(_("session epoch"), default=0)
    password_set_at = models.DateTimeField(_("password set"), null=True, blank=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    audit_kind = "user"

    class Meta:
        ordering = ("username",)
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def audit_id(self) -> int | None:
        return self.pk

    @property
    def audit_name(self) -> str:
        return self.name or self.username

    @property
    def is_staff(self) -> bool:
        """There is no Django admin here; third-party code may still ask."""
        return False

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(_one_form(raw_password))
        self.password_set_at = timezone.now()

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(_one_form(raw_password))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must still agree with: the password and the session epoch."""
        return salted_hmac(
            "bureau.accounts.session",
            f"{self.password}\0{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Two people without a phone must not collide on the empty string.
        self.phone = self.phone or None
        self.email = self.email or None
        super().save(*args, **kwargs)


class Bucket(models.Model):
    """How full one measure of tries is, for one keyed digest. See `bureau.accounts.limits`."""

    name = models.CharField(_("bucket"), max_length=60)
    digest = models.CharField(_("digest of the key"), max_length=64)
    level = models.FloatField(_("level"), default=0)
    at = models.FloatField(_("counted at"))  # seconds since 1970: plain arithmetic on both databases
    window = models.FloatField(_("window in seconds"))

    class Meta:
        verbose_name = _("measure of tries")
        verbose_name_plural = _("measures of tries")
        constraints = [models.UniqueConstraint(fields=["name", "digest"], name="accounts_bucket_once")]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """One signed-in browser. The session dies with this row, and no later act brings it back."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="visits", verbose_name=_("person"))
    token = models.CharField(_("token"), max_length=64, unique=True)  # digest of what the session holds
    started_at = models.DateTimeField(_("signed in"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    sender = models.GenericIPAddressField(_("address"), null=True, blank=True)
    browser = models.CharField(_("browser"), max_length=60, blank=True)

    class Meta:
        ordering = ("-seen_at",)
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user} {self.started_at:%Y-%m-%d %H:%M}"


class Slip(models.Model):
    """That an initial password was handed out on paper. The password itself is stored nowhere in plain."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="slips", verbose_name=_("person"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = models.CharField(_("issued by"), max_length=100)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        ordering = ("-issued_at", "-pk")
        verbose_name = _("slip")
        verbose_name_plural = _("slips")

    def __str__(self) -> str:
        return f"{self.user} {self.issued_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.used_at is None and self.expires_at > timezone.now()


class FormerPassword(models.Model):
    """Hashes of earlier passwords, kept only where the rules forbid their return."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="former_passwords", verbose_name=_("person")
    )
    password = models.CharField(_("hash"), max_length=200)
    set_at = models.DateTimeField(_("set"), default=timezone.now)

    class Meta:
        ordering = ("-set_at", "-pk")
        verbose_name = _("former password")
        verbose_name_plural = _("former passwords")

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"
