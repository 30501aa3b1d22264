"""Showing once who wrote a report: right, ground, fresh answer, audit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bureau.access.views import Records, rule
from bureau.accounts.step_up import require_step_up
from bureau.audit.services import record_reveal
from bureau.pages.pagesets import PageSet, Workspace
from bureau.pages.views.base import PageView
from sections.office.person_reports.choices import RevealGround
from sections.office.person_reports.forms import RevealForm
from sections.office.person_reports.models import PersonReport

SHOWN = ("reporter_name", "reporter_phone", "reporter_address")


class RevealView(PageView):
    """GET asks why; POST shows the reporter on that one page and nowhere else."""

    template = "office/person_reports/reveal.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.answer(self.record(pk, "reveal"), RevealForm(principal=self.principal))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        report = self.record(pk, "reveal")
        form = RevealForm(request.POST, principal=self.principal)
        if not form.is_valid():
            return self.answer(report, form, status=422)
        return require_step_up(self.shown)(request, report, form)

    def shown(self, request: HttpRequest, report: PersonReport, form: RevealForm) -> HttpResponse:
        """Runs only after a fresh answer. The audit keeps fields and ground, never a value."""
        ground = str(RevealGround(form.cleaned_data["ground"]).label)
        record_reveal(by=self.principal, obj=report, fields=SHOWN, reason=ground)
        return self.answer(report, form, is_shown=True)

    def answer(self, report: PersonReport, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.page(
            _("Who wrote report %(number)s") % {"number": report.number},
            status=status,
            record=report,
            form=form,
            trail=self.trail(report),
            cancel_url=self.url("detail", report.pk),
            **context,
        )


def url(pageset: PageSet, workspace: Workspace) -> URLPattern:
    view = never_cache(
        require_http_methods(["GET", "POST"])(RevealView.as_view(pageset=pageset, workspace=workspace))
    )
    return path(
        "<int:pk>/reporter/",
        rule(Records(workspace, "reveal", PersonReport))(view),
        name="personreport_reveal",
    )
