"""What must happen after the commit."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Effect(models.Model):
    """One thing to be done once, written in the transaction that made it necessary."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("in progress")
        DONE = "done", _("done")
        DEAD = "dead", _("given up")

    task = models.CharField(_("task"), max_length=100)
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    key = models.CharField(_("effect key"), max_length=150, unique=True)
    queue = models.CharField(_("queue"), max_length=20, default="default")
    owner_id = models.BigIntegerField(_("for whom"), null=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    due_at = models.DateTimeField(_("not before"), db_index=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    taken_at = models.DateTimeField(_("taken"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        ordering = ("due_at", "pk")
        verbose_name = _("effect")
        verbose_name_plural = _("effects")
        indexes = [models.Index(fields=["status", "queue", "due_at"], name="outbox_effect_queue")]

    def __str__(self) -> str:
        return f"{self.task} {self.key}"
