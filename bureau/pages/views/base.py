"""What every generated page starts from: its declaration, the person, the record, the way back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from bureau.accounts.principals import Principal
from bureau.pages.pagesets import PageSet, Workspace


class PageView(View):
    """A page of one PageSet in one workspace. `as_view(pageset=…, workspace=…)`."""

    pageset: PageSet = None  # type: ignore[assignment]
    workspace: Workspace = "desk"
    template = ""

    @property
    def principal(self) -> Principal:
        """Set by the rule of the view."""
        found: Principal = self.request.principal  # type: ignore[attr-defined]
        return found

    def record(self, pk: int, verb: str = "view") -> Any:
        """The record, if the person may see it (else 404) and `verb` it (else 403, with the reason)."""
        found = self.pageset.rows(self.principal).filter(pk=pk).first()
        if found is None:
            raise Http404
        if verb != "view" and not self.pageset.queryset(self.principal, verb).filter(pk=pk).exists():
            raise PermissionDenied(_("You may see this record; what you tried is for others to do."))
        return found

    def url(self, kind: str, *args: Any, with_back: bool = True) -> str:
        address = reverse(self.pageset.url_name(self.workspace, kind), args=args)
        return f"{address}?{self.carried}" if with_back and self.back else address

    @cached_property
    def back(self) -> str:
        """The state of the list from which the person came: a query string, never an address."""
        return QueryDict(self.request.GET.get("back", "")[:2000]).urlencode()

    @property
    def carried(self) -> str:
        params = QueryDict(mutable=True)
        params["back"] = self.back
        return params.urlencode()

    @property
    def list_url(self) -> str:
        """Back to the same list: tab, filters, order and page as they were."""
        address = self.url("list", with_back=False)
        return f"{address}?{self.back}" if self.back else address

    def page(self, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
        shared = {
            "pageset": self.pageset,
            "workspace": self.workspace,
            "page_title": title,
            "list_url": self.list_url,
            "kinds": self.pageset.kinds(),
            "back": self.back,
        }
        return render(self.request, self.template, {**shared, **context}, status=status)

    def trail(self, record: Any = None) -> list[tuple[str, str]]:
        """Breadcrumbs above the page: (label, address)."""
        found = [(self.pageset.heading, self.list_url)]
        if record is not None:
            found.append((self.pageset.title(record), self.url("detail", record.pk)))
        return found
