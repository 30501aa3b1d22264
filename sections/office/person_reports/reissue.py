"""A lost code is replaced at the counter of the discipline unit: right, fresh answer, audit; shown once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bureau.access.views import Records, rule
from bureau.accounts.step_up import require_step_up
from bureau.identifiers import codes
from bureau.pages.pagesets import PageSet, Workspace
from bureau.pages.views.base import PageView
from sections.office.person_reports import services
from sections.office.person_reports.models import PersonReport


class ReissueView(PageView):
    """GET asks before the old code dies; POST shows the new one on that one page."""

    template = "office/person_reports/reissue.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.answer(self.record(pk, "reissue"))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return require_step_up(self.issued)(request, self.record(pk, "reissue"))

    def issued(self, request: HttpRequest, report: PersonReport) -> HttpResponse:
        """Runs only after a fresh answer."""
        receipt = services.reissue_code(report=report, by=self.principal)
        return self.answer(receipt.report, code=codes.grouped(receipt.code))

    def answer(self, report: PersonReport, *, code: str = "") -> HttpResponse:
        return self.page(
            _("New code for report %(number)s") % {"number": report.number},
            record=report,
            code=code,
            trail=self.trail(report),
            cancel_url=self.url("detail", report.pk),
        )


def url(pageset: PageSet, workspace: Workspace) -> URLPattern:
    view = never_cache(
        require_http_methods(["GET", "POST"])(ReissueView.as_view(pageset=pageset, workspace=workspace))
    )
    return path(
        "<int:pk>/code/", rule(Records(workspace, "reissue", PersonReport))(view), name="personreport_reissue"
    )
