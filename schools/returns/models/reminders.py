"""That a school was reminded, of what, how loudly. Written once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.returns.choices import ReminderLevel
from schools.returns.models.returns import Return


class Reminder(models.Model):
    owner_return = models.ForeignKey(
        Return, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("return")
    )
    level = models.CharField(_("level"), max_length=10, choices=ReminderLevel.choices)
    on = models.DateField(_("day"))
    text = models.CharField(_("text"), max_length=300, blank=True)
    by_name = models.CharField(_("sent by"), max_length=100, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner_return", "level"], condition=~Q(level="urged"), name="schools_reminder_once"
            ),
            models.CheckConstraint(
                condition=Q(level__in=ReminderLevel.values), name="schools_reminder_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_return} · {self.get_level_display()}"
