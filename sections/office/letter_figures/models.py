"""The monthly report: figures computed once and kept."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.identifiers.digests import DigestField
from bureau.identifiers.encryption import Digest, keyed_digest
from bureau.workflow.models import Tracked
from sections.office.letter_figures.choices import ReportStatus


class LetterReport(Tracked):
    """One month of letters. What was released stays as it was; later differences are explained beside it."""

    month = models.DateField(_("month"), help_text=_("Its first day."))
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by"))
    figures = models.JSONField(_("figures"), default=dict, editable=False)
    counted_at = models.DateTimeField(_("counted"))
    remarks = models.TextField(_("remarks"), max_length=4000, blank=True)
    released_on = models.DateField(_("released on"), null=True, blank=True)
    released_by = models.CharField(_("released by"), max_length=100, blank=True)
    # Keyed digest over month, figures and remarks as they were released.
    seal = DigestField(blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFTED
    )

    class Meta:
        ordering = ("-month",)
        verbose_name = _("monthly report on letters")
        verbose_name_plural = _("monthly reports on letters")
        constraints = [
            models.UniqueConstraint(
                fields=["month"],
                name="office_report_month",
                violation_error_message=_("There is a report for this month already."),
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="office_report_first_day"),
            models.CheckConstraint(condition=Q(status__in=ReportStatus.values), name="office_report_status"),
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.RELEASED) | Q(released_on__isnull=False) & ~Q(seal=""),
                name="office_report_released",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Report of %(month)s") % {"month": self.month.strftime("%Y-%m")}

    def clean(self) -> None:
        if self.month and self.month.day != 1:
            raise ValidationError({"month": _("Name the month by its first day.")})

    def fingerprint(self) -> Digest:
        """What the seal is made of: nothing of it may change after the release."""
        what = [self.month.isoformat(), self.figures, self.remarks]
        text = json.dumps(what, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return keyed_digest("letters.report", text)

    @property
    def is_released(self) -> bool:
        return self.status == ReportStatus.RELEASED

    @property
    def is_intact(self) -> bool:
        return not self.is_released or self.fingerprint().fits(self.seal)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.is_intact:
            raise ValidationError(_("A released report stays as it was."))
        super().save(*args, **kwargs)

    def total(self, key: str) -> int:
        return int(self.figures.get("total", {}).get("counts", {}).get(key, 0))


def month_of(text: str) -> date:
    """ "2026-03" → 1 March 2026. Raises ValueError."""
    return date.fromisoformat(f"{text}-01")
