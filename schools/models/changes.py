"""Who owns a field, what was changed, what a school asks for, and whether it confirmed its record."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit
from bureau.proposals.models import Proposal
from bureau.workflow.models import Tracked
from schools.choices import ChangeSource, ConfirmationStatus, FieldOwner, Opinion, RequestStatus
from schools.models.school import School


class FieldOwnership(models.Model):
    """Who may change a field of the school record at once: the section of its stage, or the school itself."""

    field = models.CharField(_("field"), max_length=40, unique=True)
    owner = models.CharField(_("owner"), max_length=10, choices=FieldOwner.choices)

    class Meta:
        ordering = ("field",)
        verbose_name = _("field ownership")
        verbose_name_plural = _("field ownerships")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(owner__in=FieldOwner.values), name="schools_ownership_owner")
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.get_owner_display()}"


class SchoolChange(models.Model):
    """One field of one school, old and new, who and when: the record's own memory. Holds nothing personal."""

    school = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="changes", verbose_name=_("school")
    )
    field = models.CharField(_("field"), max_length=40)
    old = models.TextField(_("before"), blank=True)
    new = models.TextField(_("after"), blank=True)
    source = models.CharField(_("how"), max_length=10, choices=ChangeSource.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by_id = models.BigIntegerField(_("account"), null=True, blank=True)
    by_name = models.CharField(_("by"), max_length=100, blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("change of a school record")
        verbose_name_plural = _("changes of school records")
        default_permissions = ()
        indexes = [models.Index(fields=["school", "-at"], name="schools_change_school")]

    def __str__(self) -> str:
        return f"{self.school_id}.{self.field}"


class ChangeRequest(Proposal):
    """A school asks for another value of a field that its section owns; its district says what it thinks."""

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="change_requests", verbose_name=_("school")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=RequestStatus.choices, default=RequestStatus.OPEN, editable=False
    )
    reviewing_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    opinion = models.CharField(
        _("opinion of the district"), max_length=10, choices=Opinion.choices, blank=True
    )
    opinion_text = models.CharField(_("grounds of the district"), max_length=500, blank=True)

    class Meta(Proposal.Meta):
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RequestStatus.values), name="schools_request_status"
            ),
            models.UniqueConstraint(
                fields=["school", "field"],
                condition=Q(status__in=("review", "open")),
                name="schools_request_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.field_label}"

    @property
    def field_label(self) -> str:
        field = School._meta.get_field(self.field)
        return str(getattr(field, "verbose_name", self.field))

    @property
    def is_open(self) -> bool:
        return self.status in (RequestStatus.REVIEW, RequestStatus.OPEN)


class Confirmation(Tracked):
    """A school was asked to look through its record and confirm it, by a day."""

    school = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="confirmations", verbose_name=_("school")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ConfirmationStatus.choices,
        default=ConfirmationStatus.ASKED,
        editable=False,
    )
    asked_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("due"))
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    reminded_on = models.DateField(_("last reminder"), null=True, blank=True)

    class Meta:
        ordering = ("-year", "school")
        verbose_name = _("confirmation of details")
        verbose_name_plural = _("confirmations of details")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "year"], name="schools_confirmation_once"),
            models.CheckConstraint(
                condition=Q(status__in=ConfirmationStatus.values), name="schools_confirmation_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.year}"
