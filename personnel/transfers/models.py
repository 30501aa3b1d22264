"""A request to move a teacher's main post to another school."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.workflow.models import Tracked
from personnel.models import Post, Subject, Teacher
from personnel.transfers.choices import OPEN, TransferKind, TransferStatus
from schools.models import School, SchoolStage


class Transfer(Tracked):
    """From one school to another, on a day. Both schools agree, then personnel decides."""

    teacher = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, related_name="transfers", verbose_name=_("teacher")
    )
    old_post = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("present post")
    )
    from_school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", verbose_name=_("present school")
    )
    to_school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", verbose_name=_("receiving school")
    )
    to_stage = models.ForeignKey(
        SchoolStage,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("stage at the receiving school"),
    )
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("subject there"),
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=TransferKind.choices, default=TransferKind.TRANSFER
    )
    on = models.DateField(_("first day at the receiving school"))
    grounds = models.CharField(_("grounds"), max_length=500)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=TransferStatus.choices,
        default=TransferStatus.REQUESTED,
        editable=False,
    )
    requested_by_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
        editable=False,
    )
    deciding_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"), editable=False
    )
    released_on = models.DateField(_("present school agreed on"), null=True, blank=True, editable=False)
    accepted_on = models.DateField(_("receiving school agreed on"), null=True, blank=True, editable=False)
    refusal = models.CharField(_("reason of the refusal"), max_length=500, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("transfer request")
        verbose_name_plural = _("transfer requests")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=TransferStatus.values), name="personnel_transfer_status"
            ),
            models.CheckConstraint(
                condition=~Q(from_school=F("to_school")), name="personnel_transfer_two_schools"
            ),
            models.UniqueConstraint(
                fields=["teacher"], condition=Q(status__in=OPEN), name="personnel_transfer_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher}: {self.from_school} → {self.to_school}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN
