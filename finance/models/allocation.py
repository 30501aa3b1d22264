"""What one school gets of a fund."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.money import MoneyField
from bureau.workflow.models import Tracked
from finance.choices import AllocationStatus, Arrival
from finance.models.fund import Fund
from schools.models import School


class Allocation(Tracked):
    """All amounts are whole fen: amount = received + outstanding; received = spent + remaining."""

    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("fund")
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("school")
    )
    document_number = models.CharField(
        _("number of the document"), max_length=60, help_text=_("The document by which the school is told.")
    )
    allotted_on = models.DateField(_("date of the document"))
    amount = MoneyField(_("allotted"))
    outstanding = MoneyField(_("not yet confirmed"), editable=False)
    received = MoneyField(_("received"), default=0, editable=False)
    spent = MoneyField(_("spent"), default=0, editable=False)
    remaining = MoneyField(_("left to spend"), default=0, editable=False)
    confirm_by = models.DateField(
        _("confirm by"),
        null=True,
        blank=True,
        help_text=_("The day by which the school should confirm that the money has come."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=AllocationStatus.choices,
        default=AllocationStatus.ALLOTTED,
        editable=False,
    )

    class Meta:
        ordering = ("-allotted_on", "-pk")
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=AllocationStatus.values), name="finance_allocation_status"
            ),
            # The same document sent twice allots once.
            models.UniqueConstraint(
                fields=["fund", "school", "document_number"], name="finance_allocation_once"
            ),
            models.CheckConstraint(
                condition=Q(outstanding__gte=0, remaining__gte=0, spent__gte=0),
                name="finance_allocation_balance",
            ),
            models.CheckConstraint(
                condition=Q(amount=F("received") + F("outstanding")), name="finance_allocation_receipts"
            ),
            models.CheckConstraint(
                condition=Q(received=F("spent") + F("remaining")), name="finance_allocation_spending"
            ),
        ]
        indexes = [models.Index(fields=["school", "-allotted_on"], name="finance_allocation_school")]

    def __str__(self) -> str:
        return f"{self.school.label} · {self.fund.label}"

    @property
    def arrival(self) -> str:
        if not self.amount:
            return Arrival.NOTHING_DUE
        if not self.received:
            return Arrival.NONE
        return Arrival.PART if self.outstanding else Arrival.WHOLE

    def get_arrival_display(self) -> str:
        return str(Arrival(self.arrival).label)
