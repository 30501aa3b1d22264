"""What hangs on the clocks of a letter: extensions that were asked for, who was told that it is late, old answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.deadlines.models import Clock
from sections.office.letters.choices import Level, Outcome
from sections.office.letters.models.letter import Letter


class Extension(models.Model):
    """More time to answer: asked for by who has the letter, decided by a leader (Regulations 2022, art. 34)."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="extensions", verbose_name=_("letter")
    )
    days = models.PositiveSmallIntegerField(_("days more"))
    reason = models.CharField(_("reason"), max_length=1000)
    asked_on = models.DateField(_("asked"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    is_granted = models.BooleanField(_("granted"), default=False)
    new_due_on = models.DateField(_("new date"), null=True, blank=True)

    class Meta:
        ordering = ("letter", "pk")
        verbose_name = _("extension of the time to answer")
        verbose_name_plural = _("extensions of the time to answer")
        constraints = [
            models.UniqueConstraint(
                fields=["letter"], condition=Q(decided_on=None), name="office_extension_one_open"
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="office_extension_days"),
            models.CheckConstraint(
                condition=Q(is_granted=False) | Q(decided_on__isnull=False, new_due_on__isnull=False),
                name="office_extension_granted_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} +{self.days}"


class EarlierAnswer(models.Model):
    """The answer that stood before a letter was reopened. What the writer has read is never lost."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="earlier_answers", verbose_name=_("letter")
    )
    answer = models.TextField(_("answer"), max_length=10000)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    answered_on = models.DateField(_("answered"))
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )

    class Meta:
        ordering = ("letter", "pk")
        verbose_name = _("earlier answer")
        verbose_name_plural = _("earlier answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values), name="office_earlieranswer_outcome"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.answered_on}"


class Escalation(models.Model):
    """Somebody higher was told of a date of a letter. One per clock, level and date: told once."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="escalations", verbose_name=_("letter")
    )
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="+", verbose_name=_("clock"))
    level = models.CharField(_("who was told"), max_length=8, choices=Level.choices)
    alarm_on = models.DateField(_("date"))
    told_on = models.DateField(_("told"))

    class Meta:
        ordering = ("-told_on", "-pk")
        verbose_name = _("warning of a late letter")
        verbose_name_plural = _("warnings of late letters")
        constraints = [
            models.UniqueConstraint(fields=["clock", "level", "alarm_on"], name="office_escalation_once"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="office_escalation_level"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.level}"
