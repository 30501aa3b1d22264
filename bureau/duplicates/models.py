"""Pairs of records that may be one and the same, and the keys by which they are found."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.duplicates.choices import PairStatus
from bureau.identifiers.digests import DigestField
from bureau.workflow.models import Tracked


class MayBeDouble(models.Model):
    """A record that may turn out to stand in the register twice; then one of the two stays as a tombstone."""

    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )

    class Meta:
        abstract = True


class DuplicatePair(Tracked):
    """Two records that look alike, the lower id first; the question is asked once.

    A subclass adds `first`, `second` and `survivor`: foreign keys to its model, PROTECT, the last one empty at
    first.
    """

    first_id: int
    second_id: int
    survivor_id: int | None

    signs = models.JSONField(_("why"), default=list, editable=False)
    score = models.PositiveSmallIntegerField(_("strength"), default=0, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=PairStatus.choices, default=PairStatus.OPEN, editable=False
    )

    class Meta:
        abstract = True
        ordering = ("-score", "pk")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="%(app_label)s_%(class)s_order"),
            models.CheckConstraint(
                condition=Q(status__in=PairStatus.values), name="%(app_label)s_%(class)s_status"
            ),
            models.CheckConstraint(
                condition=~Q(status=PairStatus.MERGED) | Q(survivor__isnull=False),
                name="%(app_label)s_%(class)s_survivor",
            ),
        ]
        indexes = [models.Index(fields=["status", "-score"], name="%(app_label)s_%(class)s_q")]

    def __str__(self) -> str:
        return f"{self.first} · {self.second}"

    # Of the subclass, as records of its register.
    first: Any
    second: Any
    survivor: Any

    @property
    def records(self) -> tuple[Any, Any]:
        return self.first, self.second


class MatchKey(models.Model):
    """One thing by which a record is compared with all others, as a keyed digest: equal keys, a likeness."""

    kind = models.CharField(_("kind of record"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    sign = models.CharField(_("sign"), max_length=30)
    key = DigestField(_("key"))

    class Meta:
        ordering = ("kind", "object_id", "sign")
        verbose_name = _("key for comparison")
        verbose_name_plural = _("keys for comparison")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "sign", "key"], name="duplicates_key_once")
        ]
        indexes = [models.Index(fields=["kind", "sign", "key"], name="duplicates_key_look_up")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.sign}"
