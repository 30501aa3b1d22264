"""One row per act. References and field names only, never personal values."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """Who did what, when, to which record. Never changed, never deleted but by the logged purge."""

    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.BigIntegerField(_("actor"), null=True)
    actor_name = models.CharField(_("name of the actor"), max_length=100, blank=True)
    for_name = models.CharField(_("on behalf of"), max_length=100, blank=True)
    action = models.CharField(_("act"), max_length=100, db_index=True)
    object_kind = models.CharField(_("kind of record"), max_length=60, blank=True)
    object_id = models.CharField(_("record"), max_length=40, blank=True)
    fields = models.JSONField(_("fields"), default=list, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    refused = models.BooleanField(_("refused"), default=False)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [models.Index(fields=["object_kind", "object_id"], name="audit_event_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_kind} {self.object_id}".strip()


class Seal(models.Model):
    """Chains the events that were new at one moment: each digest covers the one before it.

    Ids are drawn before a commit and may be skipped or filled later, hence `missing` (ranges of ids
    absent when the seal was made) and `late` (ids from earlier gaps that have come since).
    """

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    first = models.BigIntegerField(_("first event"))
    last = models.BigIntegerField(_("last event"))
    missing = models.JSONField(_("missing"), default=list, blank=True)
    late = models.JSONField(_("late"), default=list, blank=True)
    count = models.PositiveIntegerField(_("events"))
    rows_digest = models.CharField(_("digest of the events"), max_length=64)
    digest = models.CharField(_("digest"), max_length=64)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        ordering = ("number",)
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"{self.number}: {self.first}–{self.last}"


class Purge(models.Model):
    """Events that were removed after their term. The seals stay, so the chain still holds."""

    first_seal = models.PositiveBigIntegerField(_("first seal"))
    last_seal = models.PositiveBigIntegerField(_("last seal"))
    at = models.DateTimeField(_("time"), auto_now_add=True)
    by_name = models.CharField(_("by"), max_length=100)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("purge")
        verbose_name_plural = _("purges")

    def __str__(self) -> str:
        return f"{self.first_seal}–{self.last_seal}"
