"""What hangs on one cell: every change of its value, every remark on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.charter.models import Unit
from schools.returns.choices import CellSource, RemarkKind
from schools.returns.models.returns import Return

LONGEST_KEY = 90
LONGEST_VALUE = 2000


class CellChange(models.Model):
    """Who changed which cell, when, from what to what, in which round. Written once."""

    owner_return = models.ForeignKey(
        Return, on_delete=models.CASCADE, related_name="changes", verbose_name=_("return")
    )
    cell = models.CharField(_("cell"), max_length=LONGEST_KEY)
    old = models.CharField(_("old"), max_length=LONGEST_VALUE, blank=True)
    new = models.CharField(pgettext_lazy("school return", "new"), max_length=LONGEST_VALUE, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=CellSource.choices)
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    entry = models.PositiveIntegerField(_("saving"))
    at = models.DateTimeField(_("time"), auto_now_add=True)
    by_id_then = models.BigIntegerField(_("person"), null=True, blank=True)
    by_name = models.CharField(_("name of the person"), max_length=100, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("change of a cell")
        verbose_name_plural = _("changes of cells")
        default_permissions = ()
        indexes = [models.Index(fields=["owner_return", "cell", "-id"], name="schools_cellchange_cell")]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=CellSource.values), name="schools_cellchange_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cell}: {self.old} → {self.new}"


class Remark(models.Model):
    """A comment on a cell, or the reason for which a reviewer returned it. Closed by whoever opened it."""

    owner_return = models.ForeignKey(
        Return, on_delete=models.CASCADE, related_name="remarks", verbose_name=_("return")
    )
    cell = models.CharField(_("cell"), max_length=LONGEST_KEY)
    kind = models.CharField(_("kind"), max_length=10, choices=RemarkKind.choices)
    text = models.CharField(_("text"), max_length=500)
    # The value of the cell when it was written: shows old → new afterwards.
    value = models.CharField(_("value then"), max_length=LONGEST_VALUE, blank=True)
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written"), auto_now_add=True)
    answer = models.CharField(_("answer of the school"), max_length=500, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("school return", "closed"), null=True, blank=True)

    class Meta:
        ordering = ("owner_return", "cell", "pk")
        verbose_name = _("remark on a cell")
        verbose_name_plural = _("remarks on cells")
        default_permissions = ()
        indexes = [models.Index(fields=["owner_return", "closed_at"], name="schools_remark_open")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RemarkKind.values), name="schools_remark_kind")
        ]

    def __str__(self) -> str:
        return f"{self.cell}: {self.text}"
