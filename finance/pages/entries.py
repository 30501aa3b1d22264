"""Receipts and spending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from bureau.pages.pagesets import (
    Column,
    Menu,
    PageSet,
    Panel,
    Tabs,
    Total,
    register,
)
from finance import filters, forms
from finance.models import Receipt, SpendingEntry
from finance.pages.columns import COUNTS, ENTRY_TAGS, RECEIPT, SPENDING

_OF_ALLOCATION = ("allocation__school", "allocation__fund")
_FROM = (
    Column("allocation.school", label=_("School"), sort="allocation__school__initials"),
    Column("allocation.fund.label", label=_("Fund"), sort="allocation__fund__number"),
)
_SEARCH = (
    "allocation__school__name_zh",
    "allocation__school__code",
    "allocation__school__initials",
    "allocation__fund__number",
    "allocation__fund__name_zh",
)


@register
class ReceiptPages(PageSet):
    """Money that came. A wrong line is reversed on its own page."""

    model = Receipt
    workspaces = ("desk", "school")
    slug = "receipts"
    api = True
    menu = Menu("registers", _("Receipts"), icon="dl", order=62)
    empty = _("No school has confirmed a receipt yet.")
    columns = (RECEIPT[0], *_FROM, *RECEIPT[1:])
    search = _SEARCH
    filters = filters.ReceiptFilter
    tabs = Tabs("status")
    ordering = ("-received_on",)
    select_related = _OF_ALLOCATION
    tags = ENTRY_TAGS
    totals = (Total("amount", _("Received"), COUNTS),)
    panels = (
        Panel(
            _("Receipt"),
            fields=(*_FROM, "received_on", "amount", "difference", "entered_by", "reversed_on"),
        ),
    )


@register
class SpendingPages(PageSet):
    """Money that went, as the district and the bureau read it."""

    model = SpendingEntry
    slug = "spending"
    api = True
    menu = Menu("registers", _("Spending"), icon="pen", order=63)
    empty = _("No school has entered spending yet.")
    columns: ClassVar[Sequence[Column]] = (SPENDING[0], *_FROM, *SPENDING[1:])
    search = (*_SEARCH, "purpose", "voucher")
    filters = filters.SpendingFilter
    tabs = Tabs("status")
    ordering = ("-spent_on",)
    select_related = (*_OF_ALLOCATION, "economic_class")
    tags = ENTRY_TAGS
    totals = (Total("amount", _("Spent"), COUNTS),)
    panels = (
        Panel(
            _("Spending entry"),
            fields=(
                *_FROM,
                "spent_on",
                "amount",
                "purpose",
                "economic_class",
                "payee_kind",
                "voucher",
                "entered_by",
                "reversed_on",
            ),
        ),
    )


@register
class OwnSpendingPages(SpendingPages):
    """The school's own ledger."""

    workspaces = ("school",)
    menu = Menu("mine", _("Spending"), icon="pen", order=61, always=True)
    note = _("Nothing is edited here: reverse a wrong entry, with a reason, and enter it anew.")
    add_form = forms.SpendingForm
    prefill = ("allocation",)
    columns = (SPENDING[0], _FROM[1], *SPENDING[1:])
