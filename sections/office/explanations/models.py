"""A request for explanation: its own record and number; the recipient finds no way from it to the letter."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.workflow.models import Tracked
from sections.office.explanations.choices import ExplanationStatus
from sections.office.letters.models import Letter


class Explanation(Tracked):
    """`letter`, the people and `sent_because` are for those who may see the letter, and for nobody else."""

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="explanations", verbose_name=_("letter")
    )
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"), editable=False
    )
    recipient = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="explanations", verbose_name=_("asked of")
    )
    subject = models.CharField(_("subject"), max_length=100)
    text = models.TextField(_("request"), max_length=5000)
    due_on = models.DateField(_("due"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("written by"),
        editable=False,
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked and sent by"),
        editable=False,
    )
    sent_because = models.CharField(_("sent despite a warning because"), max_length=500, blank=True)
    sent_on = models.DateField(_("sent"), null=True, blank=True, editable=False)
    remark = models.TextField(_("what is still asked"), max_length=2000, blank=True)
    answer = models.TextField(_("explanation"), max_length=10000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("explained by"),
        editable=False,
    )
    answered_on = models.DateField(_("explained on"), null=True, blank=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ExplanationStatus.choices,
        default=ExplanationStatus.DRAFT,
        editable=False,
    )

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("request for explanation")
        verbose_name_plural = _("requests for explanation")
        default_permissions = ()
        indexes = [
            models.Index(fields=["recipient", "status"], name="office_explanation_recipient"),
            models.Index(fields=["owner", "status"], name="office_explanation_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ExplanationStatus.values), name="office_explanation_status"
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("drafted_by")),
                name="office_explanation_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(status=ExplanationStatus.ANSWERED) | ~Q(answer=""),
                name="office_explanation_answer_has_text",
            ),
        ]

    def __str__(self) -> str:
        return self.number
