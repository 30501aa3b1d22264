"""One step over more records than a request can take: what was asked for, and what became of each record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.sheets.models import SealedJSONField


class BulkAct(models.Model):
    """A step that a person asked for with many records. Gone a day after its job has ended."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("started by")
    )
    kind = models.CharField(_("kind of record"), max_length=60)
    workspace = models.CharField(_("workspace"), max_length=10)
    step = models.CharField(_("step"), max_length=60)
    # {"list": query of the list, "form": what was typed into the step's form, as posted}. It may hold names: sealed.
    asked = SealedJSONField(_("what was asked for"))
    job = models.OneToOneField(
        "jobs.Job", on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("job")
    )
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("step over many records")
        verbose_name_plural = _("steps over many records")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind}.{self.step} {self.pk}"


class BulkRecord(models.Model):
    """One record of it, fixed when the step was confirmed."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("one of many records", "Waiting")
        LEFT = "left", pgettext_lazy("one of many records", "Left out")
        DONE = "done", pgettext_lazy("one of many records", "Done")

    act = models.ForeignKey(
        BulkAct, on_delete=models.CASCADE, related_name="records", verbose_name=_("step over many records")
    )
    object_id = models.BigIntegerField(_("record"))
    seen = models.PositiveIntegerField(_("version that was chosen"))
    outcome = models.CharField(_("result"), max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    sentence = models.TextField(_("why it was left out"), blank=True)

    class Meta:
        ordering = ("act", "object_id")
        verbose_name = _("record of a step over many")
        verbose_name_plural = _("records of steps over many")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["act", "object_id"], name="pages_bulk_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["waiting", "left", "done"]), name="pages_bulk_outcome"
            ),
        ]
        indexes = [models.Index(fields=["act", "outcome", "object_id"], name="pages_bulk_outcomes")]

    def __str__(self) -> str:
        return f"{self.act_id}/{self.object_id}"
