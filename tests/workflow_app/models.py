from django.conf import settings
from django.db import models
from django.db.models import Q

from bureau.charter.models import Unit
from bureau.workflow.models import Tracked


class Status(models.TextChoices):
    RECEIVED = "received", "Received"
    ASSIGNED = "assigned", "Assigned"
    SIGNING = "signing", "Countersigning"
    DRAFTED = "drafted", "Drafted"
    APPROVED = "approved", "Approved"
    CLOSED = "closed", "Closed"


class Paper(Tracked):
    """A paper that the office receives, a section drafts, others countersign, the office approves."""

    status = models.CharField("status", max_length=30, choices=Status.choices, editable=False)
    subject = models.CharField("subject", max_length=100)
    note = models.CharField("note", max_length=100, blank=True)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    drafter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due = models.DateField("due", null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = "paper"
        verbose_name_plural = "papers"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="workflow_app_paper_status"),
            models.CheckConstraint(condition=~Q(subject="kaputt"), name="workflow_app_paper_subject"),
        ]

    def __str__(self) -> str:
        return self.subject
