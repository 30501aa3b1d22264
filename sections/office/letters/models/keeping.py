"""That the office was told before a letter lost its personal data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sections.office.letters.models.letter import Letter


class KeepingNotice(models.Model):
    """One record in one warning: when its unit was told, and the day on which its personal data go."""

    warned_on = models.DateField(_("office warned"))
    due_on = models.DateField(_("made anonymous from"))
    # Once warned, the unit may keep the record longer; it is warned again before this day.
    kept_until = models.DateField(_("kept until"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("due_on", "pk")
        default_permissions = ()


class RetentionNotice(KeepingNotice):
    """The warning before a letter loses its personal data."""

    letter = models.OneToOneField(
        Letter, on_delete=models.CASCADE, related_name="retention_notice", verbose_name=_("letter")
    )

    class Meta(KeepingNotice.Meta):
        verbose_name = _("warning before a letter is made anonymous")
        verbose_name_plural = _("warnings before letters are made anonymous")

    def __str__(self) -> str:
        return f"{self.letter} {self.due_on}"
