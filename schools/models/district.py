from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit, local


class District(models.Model):
    """A county, district or county-level city of the region, with its education bureau as a unit."""

    unit = models.OneToOneField(
        Unit, on_delete=models.PROTECT, related_name="district", verbose_name=_("education bureau")
    )
    # GB/T 2260. A managed zone without a national code has an internal one.
    code = models.CharField(
        _("region code"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^[0-9A-Z]{6}$", _("A region code has six digits."))],
    )
    name = models.CharField(_("English name"), max_length=60)
    name_zh = models.CharField(_("Chinese name"), max_length=60)

    class Meta:
        ordering = ("code",)
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)
