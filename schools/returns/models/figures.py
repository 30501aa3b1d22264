"""Accepted numbers as narrow rows, for statistics; and their sums by district."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models.district import District
from schools.models.school import School
from schools.returns.models.cells import LONGEST_KEY
from schools.returns.models.forms import Form
from schools.returns.models.returns import Return

# Whole thousandths: sums agree on both databases, as with money in fen.
PARTS_OF_ONE = 1000


class Figure(models.Model):
    """One number of one accepted return. `amount` counts thousandths."""

    owner_return = models.ForeignKey(
        Return, on_delete=models.CASCADE, related_name="figures", verbose_name=_("return")
    )
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+", verbose_name=_("form"))
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", verbose_name=_("school"))
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", verbose_name=_("district")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    part = models.PositiveSmallIntegerField(_("term, quarter or month"), default=0)
    cell = models.CharField(_("cell"), max_length=LONGEST_KEY)
    amount = models.BigIntegerField(_("amount in thousandths"))

    class Meta:
        ordering = ("owner_return", "cell")
        verbose_name = _("accepted figure")
        verbose_name_plural = _("accepted figures")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["owner_return", "cell"], name="schools_figure_once")]
        indexes = [
            models.Index(fields=["form", "year", "part", "cell"], name="schools_figure_cell"),
            models.Index(fields=["school", "form", "year"], name="schools_figure_school"),
        ]

    def __str__(self) -> str:
        return f"{self.cell} {self.amount}"


class FigureTotal(models.Model):
    """The sum of one cell over the accepted returns of a district in a period, and how many they are."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="+", verbose_name=_("form"))
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", verbose_name=_("district")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    part = models.PositiveSmallIntegerField(_("term, quarter or month"), default=0)
    cell = models.CharField(_("cell"), max_length=LONGEST_KEY)
    amount = models.BigIntegerField(_("sum in thousandths"))
    schools = models.PositiveIntegerField(_("schools counted"))

    class Meta:
        ordering = ("form", "year", "part", "cell", "district")
        verbose_name = _("sum of a district")
        verbose_name_plural = _("sums of districts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["form", "year", "part", "cell", "district"], name="schools_figuretotal_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cell} {self.amount}"
