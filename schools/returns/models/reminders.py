"""That a school was reminded, of what, how loudly; and how many days before and after the deadline it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from schools.returns.choices import ReminderLevel, TermKey
from schools.returns.models.returns import Return


class Reminder(models.Model):
    """Written once. Of each deadline a school hears once at each level; by hand it can be urged again."""

    owner_return = models.ForeignKey(
        Return, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("return")
    )
    level = models.CharField(
        pgettext_lazy("school return", "level"), max_length=10, choices=ReminderLevel.choices
    )
    on = models.DateField(_("day"))
    # The deadline that it was about: one that moved, or the one of a correction, is told of anew.
    due_on = models.DateField(_("deadline"), null=True, blank=True)
    text = models.CharField(_("text"), max_length=300, blank=True)
    by_name = models.CharField(pgettext_lazy("school return", "sent by"), max_length=100, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner_return", "level", "due_on"],
                condition=~Q(level="urged"),
                name="schools_reminder_once",
            ),
            models.UniqueConstraint(
                fields=["owner_return", "on"], condition=Q(level="urged"), name="schools_reminder_daily"
            ),
            models.CheckConstraint(
                condition=Q(level__in=ReminderLevel.values), name="schools_reminder_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_return} · {self.get_level_display()}"


class ReturnTerm(models.Model):
    """A number that the office may change, with its ground and its first day. A change is a new row."""

    key = models.CharField(_("what it is for"), max_length=16, choices=TermKey.choices)
    length = models.PositiveSmallIntegerField(
        _("number"),
        help_text=_(
            "Working days; schools, percent or a difference where the kind says so. A day is 831 for 31 August."
        ),
    )
    basis = models.CharField(_("legal basis"), max_length=300)
    is_verified = models.BooleanField(_("verified at its source"), default=False)
    valid_from = models.DateField(_("valid from"))
    changed_by = models.CharField(_("last changed by"), max_length=100, blank=True, editable=False)

    class Meta:
        ordering = ("key", "-valid_from")
        verbose_name = _("period of returns")
        verbose_name_plural = _("periods of returns")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="schools_returnterm_once"),
            models.CheckConstraint(condition=Q(key__in=TermKey.values), name="schools_returnterm_key"),
        ]

    def __str__(self) -> str:
        return str(self.get_key_display())
