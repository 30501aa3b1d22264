"""What schools get: on the desk, and in the school as “my money”."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.access.services import may
from bureau.accounts.principals import Principal
from bureau.pages.pagesets import (
    Column,
    Menu,
    PageSet,
    Panel,
    Related,
    Tabs,
    Text,
    Total,
    register,
)
from finance import filters, forms
from finance.models import Allocation, Receipt, SpendingEntry
from finance.pages.columns import ARRIVAL, RECEIPT, SPENDING
from finance.selectors import chain


def _allocation_chain(allocation: Allocation, by: Principal) -> Mapping[str, Any]:
    is_spending = allocation.remaining > 0 and allocation.fund.is_open and bool(may(by, "spend", allocation))
    add = reverse("school:finance:spendingentry_add") + f"?allocation={allocation.pk}"
    return {"steps": chain.of_allocation(allocation), "spend_url": add if is_spending else ""}


class AllocationPages(PageSet):
    """What schools get. Of the fund a school or district reads only what stands here."""

    model = Allocation
    slug = "allocations"
    api = True
    empty = _("No money was allotted here yet.")
    search = (
        "school__name_zh",
        "school__name",
        "school__code",
        "school__initials",
        "fund__number",
        "fund__name_zh",
        "document_number",
    )
    search_label = _("School, fund or document")
    tabs = Tabs("status")
    ordering = ("-allotted_on", "school__code")
    select_related = ("school", "school__district", "fund", "fund__function_code")
    tags = {"allotted": "done", "withdrawn": "moved"}
    totals = tuple(Total(name) for name in ("amount", "received", "outstanding", "spent", "remaining"))
    panels = (
        Panel(_("The money chain"), template="finance/own_chain.html", context=_allocation_chain),
        Panel(
            _("What it is for"),
            fields=(
                "school",
                Column("fund.label", label=_("Fund")),
                Column("fund.number", label=_("Number of the fund")),
                Column("fund.year", label=_("Budget year"), kind="text"),
                Column("purpose", label=_("Purpose"), value=lambda row: row.fund.get_purpose_display()),
                Column("earmark", label=_("Earmark"), value=lambda row: row.fund.get_earmark_display()),
                Column("level", label=_("Source level"), value=lambda row: row.fund.get_level_display()),
                Column("fund.function_code", label=_("Function code")),
                Column("fund.source", label=_("Source document")),
                Column("fund.document_on", label=_("Date of the source document"), kind="date"),
                "document_number",
                "allotted_on",
                "confirm_by",
            ),
        ),
        Related(_("Receipts"), Receipt, "allocation", RECEIPT, ordering=("-received_on", "-pk")),
        Related(
            _("Spending"),
            SpendingEntry,
            "allocation",
            (*SPENDING[:2], *SPENDING[4:]),
            ordering=("-spent_on", "-pk"),
            select_related=("economic_class",),
            limit=50,
        ),
    )

    def facts(self, record: Any) -> Sequence[Text]:
        return [record.fund.number, record.document_number, record.get_arrival_display()]


_AMOUNTS = (
    Column("amount", sort="amount"),
    Column("received", sort="received", low=True),
    Column("remaining", sort="remaining"),
    ARRIVAL,
)


@register
class DeskAllocationPages(AllocationPages):
    menu = Menu("registers", _("Allocations"), icon="grid", order=61)
    note = _("What was allotted to schools, what has reached them and what they spent.")
    filters = filters.AllocationFilter
    add_form = forms.AllocationForm
    prefill = ("fund",)
    sheets = ("finance.allocations",)
    columns = (
        Column("school", link=True, sort="school__initials"),
        Column("fund.label", label=_("Fund"), sort="fund__number"),
        Column("document_number", low=True),
        Column("allotted_on", sort="allotted_on", low=True),
        *_AMOUNTS,
    )


@register
class OwnAllocationPages(AllocationPages):
    workspaces = ("school",)
    menu = Menu("mine", _("My money"), icon="money", order=60)
    note = _("What was allotted to your school. Confirm what has come, then enter what you spend.")
    columns = (
        Column("fund.label", label=_("Fund"), link=True, sort="fund__number"),
        Column("document_number", low=True),
        Column("allotted_on", sort="allotted_on", low=True),
        *_AMOUNTS,
    )

    def title(self, record: Any) -> str:
        return f"{record.fund.label} · {record.document_number}"
