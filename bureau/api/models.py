"""Personal tokens: with one of them a program acts as its owner."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    READ = "read", _("reads")
    WRITE = "write", _("reads and writes")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def alive(self) -> ApiTokenQuerySet:
        """Those that still open a door today, whatever becomes of their owner."""
        return self.filter(revoked_at=None, expires_on__gte=timezone.localdate())


class ApiToken(models.Model):
    """A token of one person. Its secret is shown once; only a digest stays.

    It lives at most as long as the sessions of that day: a new password, "sign out everywhere" and
    switching the account off raise the person's epoch, and no later act brings the token back.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("person"),
    )
    name = models.CharField(_("name"), max_length=60, help_text=_("Which program uses it, and where."))
    prefix = models.CharField(_("beginning"), max_length=16, unique=True)
    digest = models.CharField(_("digest of the secret"), max_length=64)
    scope = models.CharField(_("what it may do"), max_length=10, choices=Scope.choices, default=Scope.READ)
    epoch = models.PositiveIntegerField(_("session epoch"))
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_on = models.DateField(_("valid until"))
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="api_token_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def may_write(self) -> bool:
        return self.scope == Scope.WRITE

    @property
    def is_alive(self) -> bool:
        """Not revoked, not expired, and of the owner's present epoch."""
        return (
            self.revoked_at is None
            and self.expires_on >= timezone.localdate()
            and self.owner.is_active
            and self.epoch == self.owner.session_epoch
        )
