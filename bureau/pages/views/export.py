"""What the list shows, as a file: the same rows, columns, masks and order."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.pages import csv, exporting
from bureau.pages.listing import BadQuery
from bureau.pages.views.base import PageView
from bureau.sheets.models import ResultFile, oldest
from bureau.sheets.results import content_of

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(response: HttpResponseBase, name: str) -> None:
    """A download under this name, never a page of ours."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"


def streamed(content: Iterable[bytes], kind: str, name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(content, content_type=kind)
    as_file(response, name)
    return response


class ExportView(PageView):
    """As CSV, streamed."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        keys = self.keys()
        exporting.note(self.pageset, self.principal, request.GET, len(keys))
        return streamed(csv.lines(self.pageset, keys), CSV, exporting.file_name(self.pageset, "csv"))

    def keys(self) -> list[object]:
        """Fixed before the first byte: the audit counts what leaves, and rights are asked for once more."""
        if not exporting.may_export(self.pageset, self.principal):
            raise PermissionDenied(_("Your role may look at this list, but not take it away as a file."))
        try:
            return exporting.exported_keys(self.pageset, self.principal, self.request.GET)
        except BadQuery as error:
            raise BadRequest(str(error)) from error


class WorkbookView(ExportView):
    """As .xlsx: at once, or by a job where the list is long."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        keys = self.keys()
        if len(keys) > settings.EXPORT_ROWS_AT_ONCE and isinstance(self.principal, User):
            return self.later(self.principal)
        exporting.note(self.pageset, self.principal, request.GET, len(keys))
        content = exporting.as_workbook(self.pageset, exporting.chunks(self.pageset, keys))
        return streamed(content, XLSX, exporting.file_name(self.pageset, "xlsx"))

    def later(self, by: User) -> HttpResponseBase:
        try:
            job = exporting.start(
                self.pageset,
                self.workspace,
                by=by,
                params=self.request.GET,
                url=self.url("export_xlsx", with_back=False),
            )
        except exporting.Busy:
            messages.warning(self.request, _("An export of yours is being made. Wait until it is finished."))
            return HttpResponseRedirect(reverse(f"{self.workspace}:jobs"))
        return HttpResponseRedirect(reverse(f"{self.workspace}:job", args=[job.pk]))


class ResultView(PageView):
    """A finished export: for whoever asked for it, while the right lasts, for a day."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        mine = permitted(self.principal, "view", ResultFile).filter(
            kind=self.pageset.label, workspace=self.workspace, made_at__isnull=False
        )
        result = mine.filter(pk=pk, created_at__gte=oldest(timezone.now())).first()
        if result is None or not exporting.may_export(self.pageset, self.principal):
            raise Http404
        audit.record("sheets.result.taken", by=self.principal, obj=result, detail={"count": result.row_count})
        return streamed(content_of(result), XLSX, result.file_name)
