"""What a writer may know and ask of the data that the bureau keeps: the text agreed to, requests about the data."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import local
from bureau.identifiers.encryption import EncryptedTextField
from bureau.identifiers.masking import mask_name, mask_phone
from sections.office.letters.choices import DataDecision, DataField, DataWish
from sections.office.letters.models.letter import Letter


class PrivacyText(models.Model):
    """What the bureau says of personal data, as it stood from a day on. A row in force is never rewritten."""

    valid_from = models.DateField(_("valid from"), unique=True)
    text_zh = models.TextField(_("Chinese text"), max_length=5000)
    text = models.TextField(_("English text"), max_length=8000)
    changed_by = models.CharField(_("entered by"), max_length=100, editable=False, blank=True)
    changed_at = models.DateTimeField(_("entered"), auto_now=True)

    class Meta:
        ordering = ("-valid_from",)
        verbose_name = _("privacy text")
        verbose_name_plural = _("privacy texts")

    def __str__(self) -> str:
        return self.valid_from.isoformat()

    @property
    def label(self) -> str:
        return local(self.text_zh, self.text)


class Agreement(models.Model):
    """Which privacy text stood on the form with which a record came."""

    kind = models.CharField(max_length=60)  # of the record, such as office.letter
    object_id = models.BigIntegerField()
    text = models.ForeignKey(PrivacyText, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("agreed"), auto_now_add=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="office_agreement_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.text}"


class DataRequest(models.Model):
    """The writer asks that the own data be corrected or deleted; the office must reply (PIPL, art. 46, 47, 50)."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="data_requests", verbose_name=_("letter")
    )
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
        ordering = ("pk",)
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["letter"], condition=Q(replied_on=None), name="office_data_request_one_open"
            ),
            models.CheckConstraint(condition=Q(wish__in=DataWish.values), name="office_data_request_wish"),
            models.CheckConstraint(
                condition=Q(replied_on=None) | (Q(decision__in=DataDecision.values) & ~Q(reply="")),
                name="office_data_request_replied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.asked_on}"

    @property
    def masked(self) -> str:
        """The right value as a page of the desk shows it."""
        if self.field == DataField.PHONE:
            return mask_phone(self.value)
        return mask_name(self.value)
