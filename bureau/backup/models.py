"""How each backup ended. A backup whose process was killed has no row: being overdue tells of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class BackupRun(models.Model):
    """One backup that was made, or that failed."""

    name = models.CharField(_("name"), max_length=40)
    began_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), auto_now_add=True)
    is_whole = models.BooleanField(_("complete"))
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    files = models.PositiveIntegerField(_("files"), default=0)
    digest = models.CharField(_("digest of its list"), max_length=64, blank=True)
    fault = models.CharField(_("what failed"), max_length=500, blank=True)

    class Meta:
        ordering = ("-ended_at", "-pk")
        default_permissions = ()
        verbose_name = _("backup")
        verbose_name_plural = _("backups")

    def __str__(self) -> str:
        return self.name
