"""A request to see who wrote a letter (Regulations on Letters and Visits 2022, art. 47: writers are kept secret)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.workflow.models import Tracked
from sections.office.identities.choices import IdentityStatus
from sections.office.letters.models import Letter


class IdentityRequest(Tracked):
    """Who asks, why, for how long; a second person decides. It opens nothing to anybody else."""

    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="identity_requests", verbose_name=_("letter")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    purpose = models.CharField(_("what for"), max_length=500)
    days = models.PositiveSmallIntegerField(_("for how many days"), default=1)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    until = models.DateTimeField(_("open until"), null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=IdentityStatus.choices,
        default=IdentityStatus.ASKED,
        editable=False,
    )

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("request to see a writer")
        verbose_name_plural = _("requests to see writers")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=IdentityStatus.values), name="office_identity_status"
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="office_identity_days"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="office_identity_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(status=IdentityStatus.APPROVED)
                | Q(decided_by__isnull=False, until__isnull=False),
                name="office_identity_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter.number} · {self.asked_by}"

    @property
    def is_open(self) -> bool:
        """Whether the asker may look now."""
        return (
            self.status == IdentityStatus.APPROVED and self.until is not None and self.until > timezone.now()
        )
