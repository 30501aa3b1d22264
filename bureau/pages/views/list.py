"""The list of a kind of record."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from bureau.access.services import may_add
from bureau.accounts.models import User
from bureau.pages.listing import BadQuery, Listing
from bureau.pages.sheets import url_name
from bureau.pages.states import canonical
from bureau.pages.tables import Row, heads, row
from bureau.pages.views.base import PageView
from bureau.search.selectors import views_of
from bureau.sheets.declare import SHEETS
from bureau.workflow.declare import WORKFLOWS, Transition


class ListView(PageView):
    """The whole page, or only `#results` when htmx asks for that part."""

    template = "pages/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            listing = Listing(self.pageset, self.principal, request.GET)
            context = self.context(listing)
        except BadQuery as error:
            raise BadRequest(str(error)) from error
        response = self.answer(listing, context)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def answer(self, listing: Listing, context: dict[str, Any]) -> HttpResponse:
        status = 200 if listing.is_valid else 400
        title = self.title(listing)
        htmx = getattr(self.request, "htmx", None)
        if htmx and htmx.target == "results" and not htmx.history_restore_request:
            self.template = "pages/results.html"
            # htmx swaps nothing on an error; the form with its sentence must appear.
            return self.page(title, status=200, is_fragment=True, **context)
        return self.page(title, status=status, **context)

    def title(self, listing: Listing) -> str:
        heading = self.pageset.heading
        if listing.page.number > 1:
            return _("%(heading)s, page %(number)d") % {"heading": heading, "number": listing.page.number}
        return heading

    def context(self, listing: Listing) -> dict[str, Any]:
        return {
            "listing": listing,
            "heading": self.pageset.heading,
            "form": listing.form,
            "rows": self.rows(listing),
            "bulk": self.bulk() if listing.found else [],
            "all_selected": bool(listing.params.get("all")) and bool(self.pageset.bulk),
            "select_all_query": listing.query(all=1),
            "add_url": self.add_url(),
            **self.export_urls(listing),
            "sheet_urls": self.sheet_urls(),
            "links": self.pageset.links(self.workspace, self.principal),
            "bulk_url": self.url("bulk", with_back=False) if self.pageset.bulk else "",
            **self.saved(listing),
        }

    def rows(self, listing: Listing) -> list[Row]:
        carried = self._back_to(listing)
        name = self.pageset.url_name(self.workspace, "detail")
        known = heads(self.pageset.model, listing.columns)
        return [
            row(
                record,
                listing.columns,
                url=reverse(name, args=[record.pk]) + carried,
                name=self.pageset.title(record),
                tags=self.pageset.tags,
                heads=known,
            )
            for record in listing.page.rows
        ]

    def _back_to(self, listing: Listing) -> str:
        self.back = listing.here()
        return f"?{self.carried}" if self.back else ""

    def bulk(self) -> list[Transition]:
        """Acts over several rows; whether each row allows it is seen when it is done."""
        workflow = WORKFLOWS.get(self.pageset.label)
        if workflow is None:
            return []
        steps = [workflow.by_name[name] for name in self.pageset.bulk]
        return [step for step in steps if self.pageset.queryset(self.principal, step.right).exists()]

    def saved(self, listing: Listing) -> dict[str, Any]:
        """Saved views of this list as links, and where this state of it is saved."""
        here = listing.query().removeprefix("?")
        state = canonical(here)
        views = [
            {
                "label": view.name,
                "url": reverse(f"{self.workspace}:view", args=[view.code]),
                "is_current": canonical(view.query) == state,
            }
            for view in views_of(self.principal, self.pageset.model)
        ]
        is_known = not state or not listing.is_valid or any(view["is_current"] for view in views)
        params = urlencode({"list": self.pageset.label, "query": here})
        return {
            "views": views,
            "views_url": reverse(f"{self.workspace}:views"),
            "save_view_url": "" if is_known else f"{reverse(f'{self.workspace}:view_new')}?{params}",
        }

    def add_url(self) -> str:
        allowed = self.pageset.add_form is not None and may_add(self.principal, self.pageset.model)
        return self.url("add") if allowed else ""

    def sheet_urls(self) -> list[tuple[str, str]]:
        """(title, address) of the workbooks that this person may upload."""
        me = self.principal
        usable = [
            SHEETS[key] for key in self.pageset.sheets if isinstance(me, User) and SHEETS[key].may_use(me)
        ]
        return [
            (str(sheet.title), reverse(url_name(self.pageset, self.workspace, sheet.key))) for sheet in usable
        ]

    def export_urls(self, listing: Listing) -> dict[str, str]:
        """Where the list is handed out as CSV and as a workbook; nowhere without rows or right."""
        if not self.pageset.exports or not listing.found or not listing.is_valid:
            return {}
        if not self.pageset.queryset(self.principal, "export").exists():
            return {}
        query = listing.query(without=("page", "after", "before", "all", "per"))
        kinds = {"export_url": "export", "workbook_url": "export_xlsx"}
        return {name: self.url(kind, with_back=False) + query for name, kind in kinds.items()}
