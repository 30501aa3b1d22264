"""The page of figures, and a report as workbook and PDF."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bureau.access.services import permitted
from bureau.access.views import Records, rule
from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.pages.pagesets import PageSet
from bureau.pages.views.base import PageView
from bureau.pages.views.export import XLSX, streamed
from bureau.sheets.models import ResultFile
from bureau.sheets.results import content_of
from sections.office.letter_figures import drawing, jobs, sheet
from sections.office.letter_figures.forms import PeriodForm
from sections.office.letter_figures.links import COLUMNS, tables, totals
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.selectors import Figures, figures
from sections.office.letters.models import Letter

PDF = "application/pdf"


class FiguresView(PageView):
    """What happened to letters in a period: as tables, each figure a link, and as a chart."""

    template = "office/letter_figures/figures.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {name: request.GET[name] for name in PeriodForm.base_fields if name in request.GET}
        form = PeriodForm({**PeriodForm.usual(), **asked}, principal=self.principal)
        if not form.is_valid():
            return self.page(_("Figures of letters"), status=400, form=form, trail=self.trail())
        found = figures(self.principal, form.period(), form.narrowed())
        params = form.params()
        return self.page(
            _("Figures of letters"),
            form=form,
            total=totals(found, params=params),
            tables=tables(found, params=params),
            columns=COLUMNS,
            charts=charts(found),
            stand=found.period.stand,
            trail=self.trail(),
        )


def charts(found: Figures) -> list[tuple[str, drawing.Chart]]:
    """The same drawing for wide and for narrow screens."""
    lines = found.block("month").lines
    pairs = [
        (line.key[2:].replace("-", "/"), line.counts["received"], line.counts["answered"]) for line in lines
    ]
    return [("chart-w", drawing.chart(pairs, width=720)), ("chart-n", drawing.chart(pairs[-6:], width=320))]


class SheetView(PageView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        report: LetterReport = self.record(pk, "export")
        note(report, self.principal, "xlsx")
        return streamed(sheet.content(report), XLSX, f"letters-{report.month:%Y-%m}.xlsx")


class PdfView(PageView):
    """Asks for the PDF: it is made in the background, as every long thing."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        report: LetterReport = self.record(pk, "export")
        if not isinstance(self.principal, User):
            raise PermissionDenied
        job = jobs.start(report, by=self.principal)
        return HttpResponseRedirect(reverse("desk:job", args=[job.pk]))


class PdfResultView(PageView):
    """The finished PDF, for whoever asked for it, while the right lasts."""

    def get(self, request: HttpRequest, pk: int, result: int) -> HttpResponseBase:
        report: LetterReport = self.record(pk, "export")
        mine = permitted(self.principal, "view", ResultFile).filter(kind=jobs.KIND)
        found = mine.filter(pk=result, made_at__isnull=False).first()
        if found is None or found.query != str(pk):
            raise Http404
        note(report, self.principal, "pdf")
        return streamed(content_of(found), PDF, found.file_name)


def note(report: LetterReport, by: Any, kind: str) -> None:
    audit.record("office.letterreport.exported", by=by, obj=report, detail={"as": kind})


def urls(pageset: PageSet) -> list[URLPattern]:
    pages: tuple[tuple[str, type[PageView], Any, str, type[Any], Any], ...] = (
        ("figures/", FiguresView, "view", "letter_figures", Letter, require_safe),
        ("<int:pk>/sheet/", SheetView, "export", "letterreport_sheet", LetterReport, require_safe),
        ("<int:pk>/pdf/", PdfView, "export", "letterreport_pdf", LetterReport, require_POST),
        (
            "<int:pk>/pdf/<int:result>/",
            PdfResultView,
            "export",
            "letterreport_pdf_result",
            LetterReport,
            require_safe,
        ),
    )
    return [
        path(
            route,
            rule(Records("desk", verb, model))(
                never_cache(methods(view.as_view(pageset=pageset, workspace="desk")))
            ),
            name=name,
        )
        for route, view, verb, name, model, methods in pages
    ]
