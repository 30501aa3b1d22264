"""What a writer may know and ask of the data that the bureau keeps: the text agreed to, requests about the data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import local
from sections.office.data_requests.models import AskedAboutData, constraints
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


class DataRequest(AskedAboutData):
    """The writer of a letter asks."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="data_requests", verbose_name=_("letter")
    )

    class Meta(AskedAboutData.Meta):
        constraints = constraints("letter", "office_data_request")

    def __str__(self) -> str:
        return f"{self.letter} {self.asked_on}"
