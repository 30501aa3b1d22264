"""The page on which two records become one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from bureau.duplicates.merging import merge
from bureau.pages import links
from bureau.pages.duplicates import MergeForm, merge_form
from bureau.pages.views.act import ActView
from bureau.workflow.declare import Transition


class MergeView(ActView):
    """…/do/merge/: both records side by side, a choice per field, a reason; then one transaction."""

    template = "pages/merge.html"

    def form(self, record: Any, step: Transition, data: Any = None, files: Any = None) -> Any:
        form, self.comparison = merge_form(record, self.principal, data)
        return form

    def perform(self, record: Any, step: Transition, form: Any) -> None:
        self.merged = merge(
            pair=record,
            keep=form.cleaned_data["keep"],
            values=form.values(),
            by=self.principal,
            reason=form.cleaned_data["reason"],
            version=self.number("seen"),
            seen=self.seen_records(),
            key=self.key(record, step),
        )

    def seen_records(self) -> tuple[int, int] | None:
        first, second = self.number("seen_first"), self.number("seen_second")
        return None if first is None or second is None else (first, second)

    def number(self, name: str) -> int | None:
        text = self.request.POST.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def answer(
        self, record: Any, step: Transition, form: Any, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        return super().answer(
            record, step, form, status=status, both=self.comparison, rows=self.rows(form), **context
        )

    def rows(self, form: MergeForm) -> list[dict[str, Any]]:
        """Each line of the comparison with its two buttons, where one must be chosen."""
        found = []
        for line in self.comparison.lines:
            name = f"use_{line.name}"
            options = list(form[name]) if line.name and name in form.fields else []
            found.append({"line": line, "sides": [(cell, option) for cell, option in _pairs(line, options)]})
        return found

    def done(self, pk: int, step: Transition) -> HttpResponse:
        survivor = self.merged.survivor
        messages.success(self.request, _("The two records are one now. This is the record that stays."))
        address = links.address(survivor, self.workspace)
        is_seen = links.is_open(self.principal, survivor, self.workspace)
        return HttpResponseRedirect(address if is_seen else self.list_url)


def _pairs(line: Any, options: list[Any]) -> list[tuple[Any, Any]]:
    return list(zip(line.sides, options or (None, None), strict=True))
