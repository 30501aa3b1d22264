"""What a school writes down: money that came, money that went. Nothing is edited; a wrong entry is reversed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from bureau.money import MoneyField, shown
from bureau.workflow.models import Tracked
from finance.choices import EntryStatus, PayeeKind
from finance.models.allocation import Allocation
from finance.models.tables import EconomicClass


class Entry(Tracked):
    """Counts while its status is `recorded`; a reversed one stays readable with its day and its reason."""

    amount = MoneyField(_("amount"), least=1, help_text=_("Yuan, with two decimals at most."))
    entered_by = models.CharField(_("entered by"), max_length=100, editable=False)
    reversed_on = models.DateField(_("reversed on"), null=True, blank=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=EntryStatus.choices,
        default=EntryStatus.RECORDED,
        editable=False,
    )

    class Meta:
        abstract = True
        default_permissions = ()


def _not_to_come(name: str, day: object) -> None:
    if day and day > timezone.localdate():  # type: ignore[operator]
        raise ValidationError({name: _("This day lies in the future. Enter what has happened.")})


class Receipt(Entry):
    """Money of an allocation that reached the school."""

    allocation = models.ForeignKey(
        Allocation, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("allocation")
    )
    received_on = models.DateField(_("received on"))
    difference = models.CharField(_("why the amount differs"), max_length=300, blank=True)

    class Meta(Entry.Meta):
        ordering = ("-received_on", "-pk")
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=EntryStatus.values), name="finance_receipt_status"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_receipt_amount"),
        ]
        indexes = [models.Index(fields=["allocation", "status"], name="finance_receipt_counts")]

    def __str__(self) -> str:
        return f"{date_format(self.received_on)} · {shown(self.amount)}"

    def clean(self) -> None:
        _not_to_come("received_on", self.received_on)


class SpendingEntry(Entry):
    """Money of an allocation that the school spent, with its voucher."""

    allocation = models.ForeignKey(
        Allocation, on_delete=models.PROTECT, related_name="spending", verbose_name=_("allocation")
    )
    spent_on = models.DateField(_("spent on"))
    purpose = models.CharField(_("what for"), max_length=200)
    economic_class = models.ForeignKey(
        EconomicClass, on_delete=models.PROTECT, related_name="spending", verbose_name=_("economic class")
    )
    payee_kind = models.CharField(_("paid to"), max_length=10, choices=PayeeKind.choices)
    voucher = models.CharField(_("voucher number"), max_length=40)

    class Meta(Entry.Meta):
        ordering = ("-spent_on", "-pk")
        verbose_name = _("spending entry")
        verbose_name_plural = _("spending entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=EntryStatus.values), name="finance_spending_status"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_spending_amount"),
        ]
        indexes = [
            models.Index(fields=["allocation", "status"], name="finance_spending_counts"),
            models.Index(fields=["-spent_on"], name="finance_spending_day"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} · {self.purpose}"

    def clean(self) -> None:
        _not_to_come("spent_on", self.spent_on)
