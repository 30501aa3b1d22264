"""Who has reported: the tables, the lists behind their figures, files and paper, and urging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.audit import services as audit
from bureau.pages import links
from bureau.pages.details import due_words
from bureau.pages.views.base import PageView
from bureau.workflow.refusals import Invalid
from schools.returns import reporting_files as files
from schools.returns.choices import WITH_SCHOOL
from schools.returns.models import Return
from schools.returns.reporting_chart import chart
from schools.returns.reporting_forms import ListForm, ScopeForm
from schools.returns.selectors.completeness import FIGURES, Completeness, Line, Scope, completeness, listed
from schools.returns.selectors.contacts import Reporter, reporters
from schools.returns.services import urging

SIZE = 50
MOST_ON_PAPER = 500
PAGE, LIST = "desk:schools:return_completeness", "desk:schools:return_reporters"


@dataclass(frozen=True)
class Cell:
    """One figure with the list behind it; without an address where nothing is listed."""

    key: str
    label: str
    value: int
    url: str


@dataclass(frozen=True)
class Row:
    label: str
    cells: Sequence[Cell]
    percent_sent: int | None
    percent_on_time: int | None
    url: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Table:
    key: str
    heading: str
    rows: Sequence[Row]


class ScopedView(PageView):
    """Pages that ask for a form and read what it says."""

    form_class: type[ScopeForm] = ScopeForm

    @cached_property
    def form(self) -> ScopeForm:
        asked = {
            name: self.request.GET[name] for name in self.form_class.base_fields if name in self.request.GET
        }
        return self.form_class(asked, principal=self.principal)

    @property
    def day(self) -> date:
        return timezone.localdate()

    def scope(self) -> Scope:
        if not self.form.is_valid():
            raise BadRequest(_("This page does not know what it was asked for."))
        return self.form.scope()

    def address(self, name: str, **more: str) -> str:
        params = {**self.form.params(), **more}
        query = urlencode({key: value for key, value in params.items() if value})
        return f"{reverse(name)}?{query}" if query else reverse(name)

    def may_take(self) -> bool:
        return permitted(self.principal, "export", Return).exists()

    def refuse_taking(self) -> None:
        if not self.may_take():
            raise PermissionDenied(_("Your role may look at this list, but not take it away as a file."))


class CompletenessView(ScopedView):
    template = "schools/returns/completeness/page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.form.is_valid():
            return self.page(_("Who has reported"), status=400, form=self.form)
        return self.shown(completeness(self.principal, self.scope(), self.day))

    def shown(self, found: Completeness) -> HttpResponse:
        return self.page(
            _("Who has reported"),
            form=self.form,
            stand=timezone.now(),
            total=self.row(found.total),
            counts=found.total.counts,
            collection=self.form.scope().collection,
            tables=list(self.tables(found)),
            columns=list(FIGURES.values()),
            charts=[
                ("chart-w", chart(found.districts, width=720)),
                ("chart-n", chart(found.districts, width=330)),
            ],
            unsent_url=self.address(LIST, figure="unsent"),
            print_url=self.address("desk:schools:return_completeness_print"),
            totals_url=reverse("desk:schools:return_totals"),
            reminders_url=reverse("desk:schools:reminder_list"),
            files=self.files() if self.may_take() else [],
        )

    def files(self) -> list[tuple[str, str]]:
        name = "desk:schools:return_completeness_file"
        return [("CSV", self.address(name, kind="csv")), ("XLSX", self.address(name, kind="xlsx"))]

    def tables(self, found: Completeness) -> Iterator[Table]:
        pairs = (
            ("district", _("By district"), found.districts),
            ("stage", _("By stage"), found.stages),
            ("form", _("By form"), found.forms),
            ("collection", _("By collection"), found.collections),
        )
        for key, heading, lines in pairs:
            if lines:
                yield Table(key, heading, [self.row(line, {key: line.key}) for line in lines])

    def row(self, line: Line, narrowed: Mapping[str, str] | None = None) -> Row:
        params = dict(narrowed or {})
        cells = [
            Cell(
                figure.key,
                str(figure.label),
                line.counts[figure.key],
                self.address(LIST, figure=figure.key, **params) if line.counts[figure.key] else "",
            )
            for figure in FIGURES.values()
        ]
        url = self.address(PAGE, **params) if params else ""
        return Row(line.label, cells, line.percent_sent, line.percent_on_time, url, line.note)


class CompletenessPrint(CompletenessView):
    """On one page of paper: the single collections stay on the screen."""

    template = "schools/returns/completeness/print.html"

    def tables(self, found: Completeness) -> Iterator[Table]:
        return (table for table in super().tables(found) if table.key != "collection")


class CompletenessFile(ScopedView):
    """The tables as one: a row for each line."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        self.refuse_taking()
        found = completeness(self.principal, self.scope(), self.day, verb="export")
        audit.record("schools.return.completeness_exported", by=self.principal)
        kind = "xlsx" if request.GET.get("kind") == "xlsx" else "csv"
        return files.response(files.completeness_table(found), kind, f"returns-{self.day:%Y-%m-%d}")


class ReportersView(ScopedView):
    """The returns behind a figure, with whom to call; from here schools are urged."""

    template = "schools/returns/completeness/list.html"
    form_class = ListForm

    def get(self, request: HttpRequest) -> HttpResponseBase:
        scope = self.scope()
        rows = self.rows(scope)
        count, number = rows.count(), self.number()
        open_ones = urging.open_for_urging(self.as_user()).order_by().values("pk")
        start = (min(number, max(1, -(-count // SIZE))) - 1) * SIZE
        return self.page(
            str(FIGURES[self.figure].label),
            form=self.form,
            count=count,
            rows=self.lines(rows[start : start + SIZE]),
            to_urge=rows.filter(pk__in=open_ones).count() if count else 0,
            urge_url=reverse("desk:schools:return_urge"),
            query=urlencode(self.form.params()),
            trail=[(_("Who has reported"), self.address(PAGE, figure=""))],
            print_url=self.address("desk:schools:return_reporters_print"),
            files=self.files() if self.may_take() else [],
            **self.pages(start, count),
        )

    @property
    def figure(self) -> str:
        return self.form.chosen  # type: ignore[attr-defined, no-any-return]

    def as_user(self) -> User:
        if not isinstance(self.principal, User):
            raise PermissionDenied
        return self.principal

    def rows(self, scope: Scope, verb: str = "view") -> Any:
        found = listed(self.principal, scope, self.figure, self.day, verb=verb)
        return found.defer("values", "reasons", "rows", "collection__version_of_form__definition")

    def lines(self, rows: Any) -> list[dict[str, Any]]:
        return [self.line(one) for one in reporters(self.principal, rows, self.day)]

    def line(self, one: Reporter) -> dict[str, Any]:
        words, is_late = due_words(one.due_on)
        is_open = one.record.status in WITH_SCHOOL
        return {
            "one": one,
            "record": one.record,
            "url": links.address(one.record),
            "words": words if is_open else "",
            "is_late": is_late,
            "urged_today": one.urged_on == self.day,
        }

    def number(self) -> int:
        text = self.request.GET.get("page", "1")
        if not (text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text)):
            raise BadRequest(_("This page number is not a number."))
        return int(text)

    def pages(self, start: int, count: int) -> dict[str, Any]:
        number = start // SIZE + 1
        return {
            "previous": self.address(LIST, page=str(number - 1)) if number > 1 else "",
            "next": self.address(LIST, page=str(number + 1)) if start + SIZE < count else "",
        }

    def files(self) -> list[tuple[str, str]]:
        name = "desk:schools:return_reporters_file"
        return [("CSV", self.address(name, kind="csv")), ("XLSX", self.address(name, kind="xlsx"))]


class ReportersPrint(ReportersView):
    """The list of telephone numbers on paper."""

    template = "schools/returns/completeness/phones.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = self.rows(self.scope())
        count = rows.count()
        return self.page(
            str(FIGURES[self.figure].label),
            count=count,
            left_out=max(0, count - MOST_ON_PAPER),
            rows=self.lines(rows[:MOST_ON_PAPER]),
            stand=timezone.now(),
            back_url=self.address(LIST),
        )


class ReportersFile(ReportersView):
    def get(self, request: HttpRequest) -> HttpResponseBase:
        self.refuse_taking()
        rows = reporters(self.principal, self.rows(self.scope(), "export"), self.day)
        audit.record("schools.return.phones_exported", by=self.principal, detail={"count": len(rows)})
        kind = "xlsx" if request.GET.get("kind") == "xlsx" else "csv"
        return files.response(files.phone_list(rows), kind, f"phones-{self.day:%Y-%m-%d}")


class UrgeView(PageView):
    """Urges the ticked schools, or all that the list shows."""

    def post(self, request: HttpRequest) -> HttpResponse:
        query = QueryDict(request.POST.get("query", "")[:500])
        if not isinstance(self.principal, User):
            raise PermissionDenied
        try:
            keys = self.all_of(query, self.principal) if "all" in request.POST else self.ticked()
            done = urging.urge(returns=keys, by=self.principal, text=request.POST.get("text", ""))
        except Invalid as refusal:
            messages.warning(request, refusal.sentence)
        else:
            messages.success(request, urging.said(done))
        return HttpResponseRedirect(f"{reverse(LIST)}?{query.urlencode()}")

    def ticked(self) -> list[int]:
        texts = self.request.POST.getlist("pk")
        if not texts:
            raise Invalid(_("Tick at least one school."))
        return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]

    def all_of(self, query: QueryDict, by: User) -> list[int]:
        form = ListForm({name: str(value) for name, value in query.items()}, principal=by)
        if not form.is_valid():
            raise Invalid(_("This page does not know what it was asked for."))
        rows = listed(by, form.scope(), form.chosen, timezone.localdate())
        rows = rows.filter(pk__in=urging.open_for_urging(by).order_by().values("pk"))
        return list(rows.values_list("pk", flat=True)[: urging.MOST_AT_ONCE + 1])
