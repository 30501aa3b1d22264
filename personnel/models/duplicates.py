from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.duplicates.models import DuplicatePair
from personnel.models.teacher import Teacher


class TeacherDuplicate(DuplicatePair):
    """Two records that may be one and the same person."""

    first = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+", verbose_name=_("record A"))
    second = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, related_name="+", verbose_name=_("record B")
    )
    survivor = models.ForeignKey(
        Teacher,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("record that stays"),
    )

    class Meta(DuplicatePair.Meta):
        verbose_name = _("possible duplicate of a teacher")
        verbose_name_plural = _("possible duplicates of teachers")
