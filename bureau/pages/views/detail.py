"""One record: who it is, where it stands, what can be done, what happened."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bureau.access.services import may_on_the_ground
from bureau.pages import attachments, details, links
from bureau.pages.views.base import PageView
from bureau.workflow.declare import WORKFLOWS, Transition
from bureau.workflow.services import available


class DetailView(PageView):
    template = "pages/detail.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk)
        # The address of a double leads to the record that stayed; its own past is on the page of its history.
        survivor = self.pageset.survivor(record)
        if survivor is not None and links.is_open(self.principal, survivor, self.workspace):
            return HttpResponseRedirect(links.address(survivor, self.workspace))
        return self.page(self.pageset.title(record), **self.context(record))

    def context(self, record: Any) -> dict[str, Any]:
        lines = details.history(self.pageset, record, self.principal)
        return {
            "record": record,
            "trail": self.trail(),
            "facts": self.pageset.facts(record),
            "state": details.state(self.pageset, record, self.principal),
            "panels": details.panels(self.pageset, record, self.principal, self.workspace),
            "files": self.files(record),
            "clocks": details.clocks(record),
            "lines": lines[:SHOWN_LINES],
            "more_lines": max(0, len(lines) - SHOWN_LINES),
            "acts": self.acts(record),
            "edit_url": self.edit_url(record),
            "print_url": self.url("print", record.pk),
            "shares_url": self.shares_url(record),
            "history_url": self.url("history", record.pk),
        }

    def files(self, record: Any) -> attachments.Files | None:
        if not self.pageset.attachments:
            return None
        return attachments.panel(self.pageset, record, self.principal, self.workspace)

    def acts(self, record: Any) -> list[dict[str, Any]]:
        if WORKFLOWS.get(self.pageset.label) is None:
            return []
        return [self._act(record, step) for step in available(record, self.principal)]

    def _act(self, record: Any, step: Transition) -> dict[str, Any]:
        return {"step": step, "url": self.url("do", record.pk, step.name), "is_direct": is_direct(step)}

    def shares_url(self, record: Any) -> str:
        if "shares" not in self.pageset.kinds(self.workspace):
            return ""
        allowed = may_on_the_ground(self.principal, "shares.manage")
        return self.url("shares", record.pk) if allowed else ""

    def edit_url(self, record: Any) -> str:
        if self.pageset.form is None or self.pageset.locked(record, self.principal):
            return ""
        allowed = self.pageset.queryset(self.principal, "change").filter(pk=record.pk).exists()
        return self.url("edit", record.pk) if allowed else ""


SHOWN_LINES = 10


def is_direct(step: Transition) -> bool:
    """Whether the step is done by its button: nothing to fill in, nothing to confirm.

    A form that `asks_rarely` comes up only when the button alone does not do: then it says what is missing.
    """
    asks = step.form is not None and not getattr(step.form, "asks_rarely", False)
    return not asks and not step.confirm and step.reason == "no"


class HistoryView(PageView):
    template = "pages/history.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(pk)
        title = self.pageset.title(record)
        lines = details.history(self.pageset, record, self.principal)
        return self.page(title, record=record, trail=self.trail(record), lines=lines)


class PrintView(DetailView):
    """The same facts without menu and acts, on paper."""

    template = "pages/print.html"

    def context(self, record: Any) -> dict[str, Any]:
        return {
            "record": record,
            "facts": self.pageset.facts(record),
            "state": details.state(self.pageset, record, self.principal),
            "panels": details.panels(self.pageset, record, self.principal, self.workspace),
            "files": self.files(record),
            "is_print": True,
            "clocks": details.clocks(record),
            "lines": details.history(self.pageset, record, self.principal),
            "detail_url": self.url("detail", record.pk),
        }
