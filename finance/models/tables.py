"""The budget's code tables (政府收支分类科目), loaded by `manage.py reference` and corrected here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import local


class BudgetTable(models.Model):
    """A row of a code table. The national table changes from year to year: each row says who checked it."""

    code = models.CharField(_("code"), max_length=7, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name = models.CharField(_("English name"), max_length=100, blank=True)
    is_verified = models.BooleanField(
        _("checked against the printed table"),
        default=False,
        help_text=_("Tick this once the row was compared with the table in force."),
    )
    basis = models.CharField(
        _("basis"), max_length=200, blank=True, help_text=_("The edition of the table, or the document.")
    )
    is_in_use = models.BooleanField(_("may be chosen"), default=True)

    class Meta:
        abstract = True
        ordering = ("code",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)


class BudgetCode(BudgetTable):
    """Function of the spending: class 205, education; three levels of 3, 5 and 7 digits (类、款、项)."""

    class Meta(BudgetTable.Meta):
        verbose_name = _("function code")
        verbose_name_plural = _("function codes")


class EconomicClass(BudgetTable):
    """What the money was spent on: 301 wages, 302 goods and services…"""

    class Meta(BudgetTable.Meta):
        verbose_name = _("economic class")
        verbose_name_plural = _("economic classes")
