"""The register of funds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from bureau.access.services import may
from bureau.access.views import Records, rule
from bureau.accounts.principals import Principal
from bureau.files.kinds import AttachmentKind
from bureau.pages.links import address
from bureau.pages.pagesets import (
    Column,
    Menu,
    PageSet,
    Panel,
    Tabs,
    Text,
    Total,
    Workspace,
    register,
)
from bureau.workflow.services import perform
from finance import filters, forms
from finance.choices import FundStatus
from finance.models import Fund
from finance.selectors import chain
from finance.services.funds import change_fund
from finance.views import AllocateView


def _fund_chain(fund: Fund, by: Principal) -> Mapping[str, Any]:
    rows, count = chain.first_rows(fund, by)
    everything = reverse("desk:finance:allocation_list") + f"?q={fund.number}"
    is_giving = fund.is_open and fund.remaining > 0 and bool(may(by, "allocate", fund))
    return {
        "steps": chain.of_fund(fund),
        "rows": [(row, address(row, "desk")) for row in rows],
        "count": count,
        "more_url": everything if count > len(rows) else "",
        "many_url": reverse("desk:finance:fund_allocate", args=[fund.pk]) if is_giving else "",
        "one_url": reverse("desk:finance:allocation_add") + f"?fund={fund.pk}" if is_giving else "",
    }


def _closed(fund: Fund) -> Text:
    return _("The fund is closed.") if fund.status == FundStatus.CLOSED else ""


@register
class FundPages(PageSet):
    """The register of funds, for those whose remit covers the purpose."""

    model = Fund
    slug = "funds"
    api = True
    menu = Menu("registers", _("Funds"), icon="money", order=60)
    note = _("Money by year, source and purpose. Your remit decides which purposes you see.")
    empty = _("No fund of your remit fits. Remove a filter, or look at another tab.")
    columns = (
        Column("number", link=True, sort="number"),
        Column("label", label=_("Fund"), sort=("name_zh", "number")),
        Column("level", sort="level", low=True),
        Column("purpose", sort="purpose"),
        Column("amount", sort="amount"),
        Column("remaining", sort="remaining"),
        Column("spent", sort="spent", low=True),
        Column("status", kind="tag"),
    )
    search = ("number", "name_zh", "name", "document_number", "document_title")
    search_label = _("Name, number or source document")
    filters = filters.FundFilter
    tabs = Tabs("status")
    ordering = ("-year", "-number")
    select_related = ("function_code", "kept_by")
    tags = {"draft": "new", "open": "half", "closed": "done"}
    totals = tuple(Total(name) for name in ("amount", "allocated", "remaining", "received", "spent"))
    form = forms.FundForm
    add_form = forms.FundForm
    sheets = ("finance.funds",)
    attachments = (
        AttachmentKind(
            "source",
            _("Source document"),
            max_count=5,
            note=_("The document, scanned or as a file."),
            locked=_closed,
        ),
        AttachmentKind("budget", _("Table of the allocation"), max_count=5, locked=_closed),
    )
    panels = (
        Panel(_("The money chain"), template="finance/chain.html", context=_fund_chain),
        Panel(
            _("The fund"),
            fields=(
                "number",
                "name_zh",
                Column("name", label=_("English name")),
                Column("year", kind="text"),
                "level",
                "purpose",
                "earmark",
                "function_code",
                Column("due_on", label=_("To be closed by"), kind="date"),
                "closed_on",
                "kept_by",
                "note",
            ),
        ),
        Panel(
            _("Source document"),
            fields=("document_number", "document_on", "document_title", "amount"),
        ),
    )

    def facts(self, record: Any) -> Sequence[Text]:
        return [record.number, record.get_purpose_display(), record.get_level_display()]

    def locked(self, record: Any, principal: Principal) -> Text:
        if record.status == FundStatus.DRAFT:
            return ""
        return _(
            "The fund is in use; its entries stay as they are. The amount is adjusted by a step of its own."
        )

    def save(self, form: Any, by: Principal) -> Fund:
        if form.instance.pk is None:
            fund: Fund = form.instance
            return perform(fund, "register", by=by)
        values = {name: form.cleaned_data[name] for name in form.changed_data if name != "version"}
        return change_fund(fund=form.instance, values=values, by=by)

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        view = AllocateView.as_view(pageset=self, workspace=workspace)
        return [
            path("<int:pk>/allocate/", rule(Records(workspace, "allocate", Fund))(view), name="fund_allocate")
        ]
