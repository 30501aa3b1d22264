"""Sums by district of the accepted figures of a form, each with how many schools stand behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.audit import services as audit
from bureau.pages.views.base import PageView
from schools.returns import reporting_files as files
from schools.returns.definition import Cell, Part
from schools.returns.models import FigureTotal, FormVersion
from schools.returns.reporting_forms import TotalsForm
from schools.returns.selectors.totals import PeriodOf, city_totals, summed_cells

PAGE, FILE = "desk:schools:return_totals", "desk:schools:return_totals_file"


class TotalsView(PageView):
    """One cell, or a part of the form at once."""

    template = "schools/returns/completeness/totals.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        period = self.period
        if period is None or self.version is None:
            return self.page(_("Sums by district"), form=self.form, trail=self.way)
        return self.page(
            _("Sums by district"),
            form=self.form,
            found=city_totals(self.principal, period, self.cells()),
            parts=[(str(one.words), self.address(block=one.key), one.key == self.part) for one in self.parts],
            cell=self.cell,
            whole_url=self.address(block=self.part) if self.cell else "",
            here=self.address(block=self.part),
            trail=self.way,
            files=self.files(),
        )

    @property
    def way(self) -> list[tuple[str, str]]:
        return [(_("Who has reported"), reverse("desk:schools:return_completeness"))]

    @cached_property
    def form(self) -> TotalsForm:
        asked = {name: self.request.GET[name] for name in TotalsForm.base_fields if name in self.request.GET}
        return TotalsForm(asked, principal=self.principal)

    @cached_property
    def period(self) -> PeriodOf | None:
        return self.form.asked() if self.form.is_valid() else None

    @cached_property
    def version(self) -> FormVersion | None:
        return self.period.version() if self.period else None

    @cached_property
    def parts(self) -> list[Part]:
        """Those in which something can be added up."""
        if self.version is None:
            return []
        keys = {cell.part.key for cell in summed_cells(self.version.content)}
        return [part for part in self.version.content.parts if part.key in keys]

    @cached_property
    def part(self) -> str:
        """The chosen one; the first where none, or an unknown one, was named."""
        keys = [part.key for part in self.parts]
        chosen = self.form.cleaned_data.get("block", "")
        return chosen if chosen in keys else next(iter(keys), "")

    @cached_property
    def cell(self) -> str:
        wanted = self.form.cleaned_data.get("cell", "")
        known = self.version is not None and wanted in self.version.content.cells
        return wanted if known else ""

    def cells(self) -> list[Cell]:
        if self.version is None:
            return []
        content = self.version.content
        return summed_cells(content, keys=[self.cell]) if self.cell else summed_cells(content, self.part)

    def address(self, name: str = PAGE, **more: str) -> str:
        given = self.form.cleaned_data
        params = {"form": given.get("form", ""), "period": given.get("period", ""), **more}
        return f"{reverse(name)}?{urlencode({key: text for key, text in params.items() if text})}"

    def files(self) -> list[tuple[str, str]]:
        if not permitted(self.principal, "export", FigureTotal).exists():
            return []
        chosen = {"block": self.part, "cell": self.cell}
        return [(kind.upper(), self.address(FILE, kind=kind, **chosen)) for kind in ("csv", "xlsx")]


class TotalsFile(TotalsView):
    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not permitted(self.principal, "export", FigureTotal).exists():
            raise PermissionDenied(_("Your role may look at this list, but not take it away as a file."))
        if self.period is None or self.version is None:
            raise BadRequest(_("Choose a form."))
        found = city_totals(self.principal, self.period, self.cells(), verb="export")
        audit.record("schools.return.totals_exported", by=self.principal, obj=self.version)
        kind = "xlsx" if request.GET.get("kind") == "xlsx" else "csv"
        return files.response(files.totals_table(found), kind, f"sums-{self.period.year}")
