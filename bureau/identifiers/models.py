"""Number series. Drawing a number stands in `bureau.identifiers.series`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberSeries(models.Model):
    """The last number drawn of one series in one year."""

    series = models.CharField(_("series"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        ordering = ("series", "-year")
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="identifiers_series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
