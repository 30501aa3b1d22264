"""Long jobs with progress, and which slots of the schedule have begun."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A long job that a person started; it runs with that person's rights."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("in progress")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs", verbose_name=_("started by")
    )
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    message = models.CharField(_("message"), max_length=300, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    tries = models.PositiveSmallIntegerField(_("runs"), default=1)
    version = models.PositiveIntegerField(_("version"), default=0)
    created_at = models.DateTimeField(_("start of the job"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running", "done", "failed"]), name="jobs_job_status"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.FAILED)


class ScheduleRun(models.Model):
    """A slot of the schedule that a runner has begun: the unique row lets only one do so."""

    name = models.CharField(_("scheduled task"), max_length=100)
    slot_at = models.DateTimeField(_("slot"))
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)

    class Meta:
        ordering = ("-slot_at", "name")
        verbose_name = _("run of the schedule")
        verbose_name_plural = _("runs of the schedule")
        constraints = [models.UniqueConstraint(fields=["name", "slot_at"], name="jobs_slot_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot_at:%Y-%m-%d %H:%M}"
