"""Within which time returns are looked at and corrected, and who may sign: the office changes it by a new row."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_DAYS = 60
_DAYS = [MinValueValidator(1), MaxValueValidator(MOST_DAYS)]


class FlowRule(models.Model):
    """In force from a day until a later row begins."""

    valid_from = models.DateField(_("valid from"), unique=True)
    district_days = models.PositiveSmallIntegerField(
        _("working days for the district"), default=5, validators=_DAYS
    )
    review_days = models.PositiveSmallIntegerField(
        _("working days for the section"), default=10, validators=_DAYS
    )
    correction_days = models.PositiveSmallIntegerField(
        _("working days for corrections"), default=5, validators=_DAYS
    )
    may_sign_alone = models.BooleanField(
        _("the head of a school with one account may sign what he or she entered"), default=False
    )
    legal_basis = models.CharField(_("legal basis"), max_length=300)

    class Meta:
        ordering = ("-valid_from",)
        verbose_name = _("rule for the way of returns")
        verbose_name_plural = _("rules for the way of returns")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.valid_from)
