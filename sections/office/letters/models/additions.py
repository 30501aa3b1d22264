"""What the writer adds to a letter after sending it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sections.office.letters.models.letter import Letter


class Addition(models.Model):
    """A further text of the writer, as it was sent; never changed."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="additions", verbose_name=_("letter")
    )
    body = models.TextField(_("addition"), max_length=2000)
    at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("addition to a letter")
        verbose_name_plural = _("additions to letters")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="office_addition_has_text")]

    def __str__(self) -> str:
        return f"{self.letter} {self.pk}"
