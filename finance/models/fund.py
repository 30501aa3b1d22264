"""A fund: money of one year, from one source document, for one purpose."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import Unit, local
from bureau.money import MoneyField
from bureau.workflow.models import Tracked
from finance.choices import Earmark, FundStatus, Purpose, SourceLevel
from finance.models.tables import BudgetCode

EARLIEST_YEAR, LATEST_YEAR = 1978, 2100


class Fund(Tracked):
    """All amounts are whole fen. The balances follow the allocations, receipts and entries, under a row lock.

    amount = allocated + remaining; allocated ≥ received ≥ spent.
    """

    year = models.PositiveSmallIntegerField(
        _("budget year"), validators=[MinValueValidator(EARLIEST_YEAR), MaxValueValidator(LATEST_YEAR)]
    )
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name = models.CharField(_("English name"), max_length=150, blank=True)
    level = models.CharField(_("source level"), max_length=10, choices=SourceLevel.choices)
    purpose = models.CharField(
        _("purpose"),
        max_length=20,
        choices=Purpose.choices,
        help_text=_("It decides which sections see the fund."),
    )
    earmark = models.CharField(_("earmark"), max_length=10, choices=Earmark.choices, default=Earmark.SPECIAL)
    function_code = models.ForeignKey(
        BudgetCode, on_delete=models.PROTECT, related_name="funds", verbose_name=_("function code")
    )
    document_number = models.CharField(
        _("number of the source document"), max_length=60, help_text=_("For example 晋财教〔2026〕12号.")
    )
    document_on = models.DateField(_("date of the source document"))
    document_title = models.CharField(_("title of the source document"), max_length=200)
    amount = MoneyField(_("amount"), least=1, help_text=_("Yuan, with two decimals at most."))
    allocated = MoneyField(_("allotted"), default=0, editable=False)
    remaining = MoneyField(_("not yet allotted"), default=0, editable=False)
    received = MoneyField(_("received by schools"), default=0, editable=False)
    spent = MoneyField(_("spent by schools"), default=0, editable=False)
    close_by = models.DateField(
        _("to be closed by"),
        null=True,
        blank=True,
        help_text=_("The section is reminded of it. Left empty, the last day of the budget year."),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    kept_by = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("kept by"), editable=False
    )
    status = models.CharField(
        _("status"), max_length=10, choices=FundStatus.choices, default=FundStatus.DRAFT, editable=False
    )

    class Meta:
        ordering = ("-year", "-number")
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        default_permissions = ("add", "change", "view")
        permissions = [
            ("allocate_fund", "Can allot money of the fund to schools"),
            ("close_fund", "Can close the fund"),
            ("export_fund", "Can export the fund"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=FundStatus.values), name="finance_fund_status"),
            # The same workbook read twice, or two people with the same letter on the desk.
            models.UniqueConstraint(
                fields=["year", "document_number", "name_zh"],
                name="finance_fund_once",
                violation_error_message=_(
                    "This document has brought a fund of this name in this year already. Look for it in the list."
                ),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_fund_amount"),
            models.CheckConstraint(condition=Q(remaining__gte=0), name="finance_fund_remaining"),
            models.CheckConstraint(
                condition=Q(amount=F("allocated") + F("remaining")), name="finance_fund_sum"
            ),
            models.CheckConstraint(
                condition=Q(received__lte=F("allocated"), spent__lte=F("received"), spent__gte=0),
                name="finance_fund_chain",
            ),
        ]
        indexes = [
            models.Index(fields=["year", "purpose"], name="finance_fund_year"),
            models.Index(fields=["status", "close_by"], name="finance_fund_open"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)

    @property
    def source(self) -> str:
        """The source document in one line."""
        return f"{self.document_number} {self.document_title}".strip()

    @property
    def outstanding(self) -> int:
        """Allotted, but not confirmed by the schools."""
        return int(self.allocated - self.received)

    @property
    def unspent(self) -> int:
        """With the schools."""
        return int(self.received - self.spent)

    @property
    def is_open(self) -> bool:
        return self.status == FundStatus.OPEN

    @property
    def due_on(self) -> date:
        return self.close_by or date(self.year, 12, 31)

    def clean(self) -> None:
        if self.document_on and self.year and self.document_on.year > self.year + 1:
            raise ValidationError(
                {"document_on": _("The source document is dated after the budget year had ended.")}
            )
        if self.close_by and self.year and self.close_by.year < self.year:
            raise ValidationError({"close_by": _("This day lies before the budget year.")})
