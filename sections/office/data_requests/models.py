"""What each request about personal data holds; the room of the record adds which record it is about."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.identifiers.encryption import EncryptedTextField
from bureau.identifiers.masking import mask_name, mask_phone
from sections.office.data_requests.choices import DataDecision, DataField, DataWish


class AskedAboutData(models.Model):
    """Somebody asks that the own data be corrected or deleted; the office must reply (PIPL, art. 46, 47, 50).

    The record it is about reaches its requests by `data_requests`.
    """

    wish = models.CharField(_("what is asked"), max_length=8, choices=DataWish.choices)
    field = models.CharField(_("what is wrong"), max_length=8, choices=DataField.choices, blank=True)
    value = EncryptedTextField(_("what is right"), blank=True)
    text = models.TextField(_("what the writer says"), max_length=1000, blank=True)
    asked_on = models.DateField(_("asked"))
    decision = models.CharField(_("decision"), max_length=8, choices=DataDecision.choices, blank=True)
    reply = models.TextField(_("reply of the office"), max_length=1000, blank=True)
    replied_on = models.DateField(_("replied"), null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("replied by"),
    )

    # Until when the office must reply; set where a page shows it.
    due: date | None = None

    class Meta:
        abstract = True
        ordering = ("pk",)
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        default_permissions = ()

    @property
    def masked(self) -> str:
        """The right value as a page of the desk shows it."""
        if self.field == DataField.PHONE:
            return mask_phone(self.value)
        return mask_name(self.value)


def constraints(parent: str, prefix: str) -> list[models.BaseConstraint]:
    """One open request for each record, and no reply without decision and words."""
    return [
        models.UniqueConstraint(fields=[parent], condition=Q(replied_on=None), name=f"{prefix}_one_open"),
        models.CheckConstraint(condition=Q(wish__in=DataWish.values), name=f"{prefix}_wish"),
        models.CheckConstraint(
            condition=Q(replied_on=None) | (Q(decision__in=DataDecision.values) & ~Q(reply="")),
            name=f"{prefix}_replied",
        ),
    ]
