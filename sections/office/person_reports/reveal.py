"""Showing once who wrote a report: right, ground, fresh answer, audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bureau.access.views import Records, rule
from bureau.accounts.step_up import require_step_up
from bureau.audit.services import record_reveal
from bureau.pages.forms import PortalForm
from bureau.pages.pagesets import PageSet, Workspace
from bureau.pages.views.base import PageView
from sections.office.person_reports.choices import RevealGround
from sections.office.person_reports.forms import RevealForm
from sections.office.person_reports.models import PersonReport

SHOWN = ("reporter_name", "reporter_phone", "reporter_address")


class RevealView(PageView):
    """GET asks why; POST shows the reporter on that one page and nowhere else."""

    template = "office/person_reports/reveal.html"
    fields: ClassVar[Sequence[str]] = SHOWN
    form_class: ClassVar[type[PortalForm]] = RevealForm
    heading: ClassVar[Any] = gettext_lazy("Who wrote report %(number)s")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.answer(self.record(pk, "reveal"), self.form_class(principal=self.principal))

    def reason(self, form: Any) -> str:
        """What the audit keeps as the ground."""
        return str(RevealGround(form.cleaned_data["ground"]).label)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        report = self.record(pk, "reveal")
        form = self.form_class(request.POST, principal=self.principal)
        if not form.is_valid():
            return self.answer(report, form, status=422)
        return require_step_up(self.shown)(request, report, form)

    def shown(self, request: HttpRequest, report: Any, form: Any) -> HttpResponse:
        """Runs only after a fresh answer. The audit keeps fields and ground, never a value."""
        record_reveal(by=self.principal, obj=report, fields=tuple(self.fields), reason=self.reason(form))
        return self.answer(report, form, is_shown=True)

    def answer(self, report: Any, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.page(
            self.heading % {"number": report.number},
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
