"""That the office was told before a letter lost its personal data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sections.office.letters.models.letter import Letter


class RetentionNotice(models.Model):
    """One letter in one warning: when the office was told, and the day on which its personal data go."""

    letter = models.OneToOneField(
        Letter, on_delete=models.CASCADE, related_name="retention_notice", verbose_name=_("letter")
    )
    warned_on = models.DateField(_("office warned"))
    due_on = models.DateField(_("made anonymous from"))

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("warning before a letter is made anonymous")
        verbose_name_plural = _("warnings before letters are made anonymous")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.letter} {self.due_on}"
