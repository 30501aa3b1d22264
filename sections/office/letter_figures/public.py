"""The monthly summary for everybody: released reports alone, small numbers left out, no person named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts.principals import PUBLIC
from bureau.public.blocks import block
from bureau.public.site import Channel, Task, mount
from sections.office.letter_figures import drawing
from sections.office.letter_figures.counting import FIGURES
from sections.office.letter_figures.models import LetterReport, month_of
from sections.office.letter_figures.selectors import Figures, Line
from sections.office.letter_figures.snapshots import read
from sections.office.letter_figures.suppressing import Shown, protected, rate

COLUMNS = ("received", "accepted", "answered", "declined", "referred")
BREAKDOWNS = ("kind", "channel")
MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Row:
    label: str
    cells: Sequence[Shown]


@dataclass(frozen=True)
class Table:
    heading: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Month:
    """One line of the list of months."""

    month: date
    received: Shown
    answered: Shown
    on_time: int | None
    solved: int | None

    @property
    def key(self) -> str:
        return self.month.strftime("%Y-%m")


def reports() -> QuerySet[LetterReport]:
    """Released ones only: the rule of the record says so."""
    return permitted(PUBLIC, "view", LetterReport).order_by("-month")


@rule(Open())
@require_safe
def letter_figures(request: HttpRequest) -> HttpResponse:
    months = [_month(report) for report in reports()[:MONTHS_SHOWN]]
    return render(
        request,
        "public/letter_figures/list.html",
        {"months": months, "charts": _charts(months), "fewest": settings.FIGURES_FEWEST},
    )


@rule(Open())
@require_safe
def letter_figures_month(request: HttpRequest, month: str) -> HttpResponse:
    report = reports().filter(month=_asked(month)).first()
    if report is None:
        raise Http404
    found = read(report.figures)
    context = {
        "report": report,
        "month": date_format(report.month, "YEAR_MONTH_FORMAT"),
        "line": _month(report),
        "median": found.total.median if found.total.counts["answered"] >= settings.FIGURES_FEWEST else None,
        "columns": [FIGURES[key].label for key in COLUMNS],
        "tables": [_table(found, dimension) for dimension in BREAKDOWNS],
        "fewest": settings.FIGURES_FEWEST,
    }
    return render(request, "public/letter_figures/month.html", context)


def _asked(text: str) -> date:
    try:
        return month_of(text)
    except ValueError as error:
        raise Http404 from error


def _month(report: LetterReport) -> Month:
    total: Line = read(report.figures).total
    fewest = settings.FIGURES_FEWEST
    return Month(
        report.month,
        protected([total.counts["received"]], fewest)[1],
        protected([total.counts["answered"]], fewest)[1],
        rate(total.kept, total.counts["answered"], fewest),
        rate(total.counts["solved"], total.asked, fewest),
    )


def _table(found: Figures, dimension: str) -> Table:
    """Each column is protected for itself: its numbers add up to its total."""
    block = found.block(dimension)
    columns = [
        protected([line.counts[key] for line in block.lines], settings.FIGURES_FEWEST) for key in COLUMNS
    ]
    rows = [
        Row(line.label, [cells[place] for cells, _total in columns]) for place, line in enumerate(block.lines)
    ]
    return Table(str(block.heading), [*rows, Row(found.total.label, [total for _cells, total in columns])])


def _charts(months: Sequence[Month]) -> list[tuple[str, drawing.Chart]]:
    """Months with a hidden number stand without a bar."""
    pairs = [
        (one.key[2:].replace("-", "/"), one.received.value or 0, one.answered.value or 0)
        for one in reversed(months)
    ]
    if len(pairs) < 2:
        return []
    return [("chart-w", drawing.chart(pairs, width=720)), ("chart-n", drawing.chart(pairs[-6:], width=320))]


mount(
    "letters/figures/",
    [
        path("", letter_figures, name="letter_figures"),
        path("<slug:month>/", letter_figures_month, name="letter_figures_month"),
    ],
    channel=Channel(_("Letters in figures"), 60, "letter_figures"),
    tasks=(
        Task(_("Letters in figures"), _("How many, how quickly, how well"), "chart", "letter_figures", 70),
    ),
)


def _newest() -> dict[str, Any] | None:
    """What the home page shows beside the answers."""
    report = reports().first()
    return {"line": _month(report)} if report else None


block("letters", _newest, "office.letterreport")
