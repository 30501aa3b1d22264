"""What one school answers in one collection. It exists from the day of issue, so silence is counted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.charter.models import Unit
from bureau.workflow.models import Tracked
from schools.models.school import School
from schools.returns.choices import ReturnStatus
from schools.returns.models.collections import Collection
from schools.returns.models.forms import FormVersion


class Return(Tracked):
    """Cells as they stand (`values`), with the reasons that the school gives for unusual ones.

    `values`: cell key → canonical text of the value (see `definition.Kind`); an absent key is missing, and
    missing is not zero. `entry` counts the savings of cells; it is not the version of the record.
    """

    collection = models.ForeignKey(
        Collection, on_delete=models.PROTECT, related_name="returns", verbose_name=_("collection")
    )
    # The version that this return stays on, even where the collection moves to a later one.
    form_version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="returns", verbose_name=_("version of the form")
    )
    owner = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="school_returns",
        editable=False,
        verbose_name=_("section in charge"),
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="returns", verbose_name=_("school")
    )
    values = models.JSONField(_("cells"), default=dict, editable=False)
    # Cell or check key → why the figure is right all the same; with the value for which it was given.
    reasons = models.JSONField(_("reasons for unusual figures"), default=dict, editable=False)
    # Repeated rows: block key → list of {column key: text}.
    rows = models.JSONField(_("repeated rows"), default=dict, editable=False)
    entry = models.PositiveIntegerField(_("savings of cells"), default=0, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=0, editable=False)
    # Cells that were accepted in an earlier round stay accepted unless their value changes.
    accepted_cells = models.JSONField(_("cells accepted"), default=list, editable=False)
    errors = models.PositiveSmallIntegerField(_("errors"), null=True, blank=True, editable=False)
    unusual = models.PositiveSmallIntegerField(_("unusual figures"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("first figure"), null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("last entered by"),
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("signed by"),
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True, editable=False)
    first_sent_on = models.DateField(_("first sent"), null=True, blank=True, editable=False)
    sent_on = models.DateField(pgettext_lazy("school return", "sent"), null=True, blank=True, editable=False)
    returned_due_on = models.DateField(_("corrections due"), null=True, blank=True, editable=False)
    accepted_on = models.DateField(
        pgettext_lazy("school return", "accepted on"), null=True, blank=True, editable=False
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ReturnStatus.choices,
        default=ReturnStatus.DRAFT,
        editable=False,
    )

    class Meta:
        ordering = ("collection", "school__code", "pk")
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        default_permissions = ()
        indexes = [
            models.Index(fields=["collection", "status"], name="schools_return_state"),
            models.Index(fields=["school", "status"], name="schools_return_school"),
            models.Index(fields=["owner", "status"], name="schools_return_owner"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["collection", "school"], name="schools_return_once"),
            models.CheckConstraint(condition=Q(status__in=ReturnStatus.values), name="schools_return_status"),
            models.CheckConstraint(
                condition=~Q(status__in=("accepted", "locked")) | Q(accepted_on__isnull=False),
                name="schools_return_accepted",
            ),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True) | Q(sent_on__gte=F("first_sent_on")),
                name="schools_return_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.collection}"

    @property
    def is_late(self) -> bool:
        """Sent for the first time after the due day. Not sent yet: see `selectors.completeness`."""
        return self.first_sent_on is not None and self.first_sent_on > self.collection.due_on
