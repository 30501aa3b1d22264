"""What a job did with many records: for whoever asked for it, through the rights of now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bureau.access.services import permitted
from bureau.pages import bulk, exporting, links
from bureau.pages.models import BulkAct, BulkRecord
from bureau.pages.views.base import PageView
from bureau.pages.views.export import XLSX, streamed
from bureau.sheets.streaming import Value, workbook

PER_PAGE = 50


class BulkResultView(PageView):
    """Numbers, then record by record: what waits, what was left out and why, what was done."""

    template = "pages/bulk_result.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        act = self.act(pk)
        rows = act.records.order_by("-outcome", "object_id")  # waiting, left, done
        found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        titles = self.titles([row.object_id for row in found])
        may_take = exporting.may_export(self.pageset, self.principal)
        return self.answer(
            act,
            counts=bulk.counts(act),
            slice=found,
            lines=[(row, *titles.get(row.object_id, ("", ""))) for row in found],
            workbook_url=self.url("bulk_workbook", pk, with_back=False) if may_take else "",
        )

    def answer(self, act: BulkAct, **context: Any) -> HttpResponse:
        title = act.job.title if act.job is not None else str(act)
        return self.page(title, act=act, job=act.job, trail=self.trail(), **context)

    def act(self, pk: int) -> BulkAct:
        mine = permitted(self.principal, "view", BulkAct).filter(
            kind=self.pageset.label, workspace=self.workspace
        )
        found = mine.select_related("job").filter(pk=pk).first()
        if found is None:
            raise Http404
        self.query = str(found.asked["list"])
        return found

    @cached_property
    def back(self) -> str:
        """The list from which the records were chosen."""
        return QueryDict(self.query).urlencode()

    def titles(self, keys: list[int]) -> dict[int, tuple[str, str]]:
        """Key → title and address, of those that the person may still see."""
        records = self.pageset.rows(self.principal).filter(pk__in=keys)
        return {
            record.pk: (self.pageset.title(record), links.address(record, self.workspace))
            for record in records
        }


class BulkWorkbookView(BulkResultView):
    """The same as .xlsx, for those who may take this kind of record away as a file."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        act = self.act(pk)
        if not exporting.may_export(self.pageset, self.principal):
            raise PermissionDenied(_("Your role may look at this list, but not take it away as a file."))
        keys = list(act.records.order_by("-outcome", "object_id").values_list("pk", flat=True))
        exporting.note(self.pageset, self.principal, QueryDict(), len(keys))
        heads = [self.pageset.one, _("Result"), pgettext("column of a result", "Why it was left out")]
        content = workbook(self.pageset.heading, heads, self.lines(keys))
        return streamed(content, XLSX, exporting.file_name(self.pageset, "xlsx"))

    def lines(self, keys: list[int]) -> Iterator[list[Value]]:
        """Some hundred at a time, in the language of the request: the response is written after it."""
        language = translation.get_language()
        for start in range(0, len(keys), exporting.CHUNK):
            with translation.override(language):
                chunk = self._chunk(keys[start : start + exporting.CHUNK])
            yield from chunk

    def _chunk(self, keys: list[int]) -> list[list[Value]]:
        rows = BulkRecord.objects.filter(pk__in=keys).order_by("-outcome", "object_id")
        titles = self.titles([row.object_id for row in rows])
        hidden = (_("No longer open to you"), "")
        return [
            [titles.get(row.object_id, hidden)[0], str(row.get_outcome_display()), row.sentence]
            for row in rows
        ]
