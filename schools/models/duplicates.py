from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.duplicates.models import DuplicatePair
from schools.models.school import School


class SchoolDuplicate(DuplicatePair):
    """Two records that may be one and the same school; not two schools of which one goes into the other."""

    first = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", verbose_name=_("record A"))
    second = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", verbose_name=_("record B"))
    survivor = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("record that stays"),
    )

    class Meta(DuplicatePair.Meta):
        verbose_name = _("possible duplicate of a school")
        verbose_name_plural = _("possible duplicates of schools")
