"""What the engine keeps: history, work items, absences, countersignatures, form tokens."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import System
from bureau.charter.models import Unit, local


class Tracked(models.Model):
    """A record with a life. A subclass gives `status` choices and a CHECK; only the engine assigns it.

    `derived`: fields that `save` makes from others; the history does not name them.
    """

    derived: ClassVar[tuple[str, ...]] = ()

    status = models.CharField(_("status"), max_length=30, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        abstract = True


class HistoryEntry(models.Model):
    """One step of one record: who did what, when, in whose place. Names as they were; never changed."""

    kind = models.CharField(_("kind of record"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    transition = models.CharField(_("step"), max_length=60)
    source = models.CharField(_("status before"), max_length=30, blank=True)
    target = models.CharField(_("status after"), max_length=30, blank=True)
    version = models.PositiveIntegerField(_("version after"), default=0)
    at = models.DateTimeField(_("time"), default=timezone.now)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.BigIntegerField(_("actor"), null=True, blank=True)
    actor_name = models.CharField(_("name of the actor"), max_length=100, blank=True)
    unit_id = models.BigIntegerField(_("unit"), null=True, blank=True)
    unit_name = models.CharField(_("English name of the unit then"), max_length=150, blank=True)
    unit_name_zh = models.CharField(_("Chinese name of the unit then"), max_length=150, blank=True)
    on_behalf_id = models.BigIntegerField(_("absent person"), null=True, blank=True)
    on_behalf_name = models.CharField(_("on behalf of"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    is_public = models.BooleanField(_("shown to the citizen"), default=False)
    fields = models.JSONField(_("changed fields"), default=list, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        indexes = [
            models.Index(fields=["kind", "object_id", "-id"], name="workflow_history_record"),
            models.Index(fields=["actor_id", "-id"], name="workflow_history_actor"),
            models.Index(fields=["unit_id", "at"], name="workflow_history_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.transition}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("History is written once.")
        super().save(*args, **kwargs)

    @property
    def unit_label(self) -> str:
        return local(self.unit_name_zh, self.unit_name)

    @property
    def who(self) -> str:
        """The actor as the staff pages name them: "B for A"."""
        name = self.actor_name or self.unit_label or gettext("the sender")
        if self.actor_kind == System.audit_kind:
            name = gettext("the portal itself")  # its own name is a machine's
        if self.on_behalf_name:
            return gettext("%(name)s for %(absent)s") % {"name": name, "absent": self.on_behalf_name}
        return name


class WorkItem(models.Model):
    """Who must act next on which record, by when. Holds no text of the record."""

    kind = models.CharField(_("kind of record"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("unit"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("person"),
    )
    verb = models.CharField(_("right needed"), max_length=60, blank=True)
    label = models.CharField(_("what to do"), max_length=100)  # untranslated; shown through gettext
    due = models.DateField(_("due"), null=True, blank=True)
    created_at = models.DateTimeField(_("waiting since"), default=timezone.now)

    class Meta:
        ordering = (F("due").asc(nulls_last=True), "pk")
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, user__isnull=True) | Q(unit__isnull=True, user__isnull=False),
                name="workflow_item_unit_or_person",
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id", "unit"],
                condition=Q(unit__isnull=False),
                name="workflow_item_unit_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id", "user"],
                condition=Q(user__isnull=False),
                name="workflow_item_user_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "kind", "due"], name="workflow_item_unit"),
            models.Index(fields=["user", "kind", "due"], name="workflow_item_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.label}"

    @property
    def action(self) -> str:
        return gettext(self.label) if self.label else ""


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, on: date | None = None) -> DelegationQuerySet:
        """Absences that hold on a day (today)."""
        day = on or timezone.localdate()
        return self.filter(since__lte=day, until__gte=day, ended_at__isnull=True)

    def overlapping(self, since: date, until: date) -> DelegationQuerySet:
        return self.filter(since__lte=until, until__gte=since, ended_at__isnull=True)


class Delegation(models.Model):
    """While `absent` is away, `substitute` may do what `absent` may. Never passed on further."""

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="absences",
        verbose_name=_("absent person"),
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="stands_in",
        verbose_name=_("stand-in"),
    )
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    created_by = models.CharField(_("entered by"), max_length=100)
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ("-since", "-pk")
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="workflow_delegation_dates"),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="workflow_delegation_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.absent} → {self.substitute}"


class Countersign(models.Model):
    """One unit or person whose opinion was asked for in one round."""

    class Mode(models.TextChoices):
        ALL = "all", _("all must agree")
        ANY = "any", _("one is enough")
        SEQUENCE = "sequence", _("one after the other")

    class Answer(models.TextChoices):
        OPEN = "open", _("not answered")
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("did not agree")
        CLOSED = "closed", _("no longer needed")

    kind = models.CharField(_("kind of record"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    mode = models.CharField(_("rule"), max_length=10, choices=Mode.choices)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="countersigns",
        verbose_name=_("unit"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="countersigns",
        verbose_name=_("person"),
    )
    due = models.DateField(_("due"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, default=Answer.OPEN)
    opinion = models.CharField(_("opinion"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=100, blank=True)

    class Meta:
        ordering = ("kind", "object_id", "round", "order")
        verbose_name = _("countersignature")
        verbose_name_plural = _("countersignatures")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, user__isnull=True) | Q(unit__isnull=True, user__isnull=False),
                name="workflow_countersign_unit_or_person",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["open", "agreed", "refused", "closed"]),
                name="workflow_countersign_answer",
            ),
            models.CheckConstraint(
                condition=Q(mode__in=["all", "any", "sequence"]), name="workflow_countersign_mode"
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id", "round", "order"], name="workflow_countersign_order_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.unit or self.user}"


class SubmittedForm(models.Model):
    """A form that was sent: sent twice, it returns the first result."""

    token = models.CharField(_("token"), max_length=64, unique=True)
    kind = models.CharField(_("kind of record"), max_length=60)
    object_id = models.BigIntegerField(_("record"), null=True)
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("form sent")
        verbose_name_plural = _("forms sent")

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
