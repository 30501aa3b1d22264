"""Tables of completeness, sums and telephone numbers as CSV or workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpResponseBase
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bureau.pages.csv import safe
from bureau.pages.views.export import CSV, XLSX, streamed
from bureau.sheets.streaming import Value, workbook
from schools.returns.selectors.completeness import FIGURES, Completeness
from schools.returns.selectors.contacts import Reporter
from schools.returns.selectors.totals import CityTotals


@dataclass(frozen=True)
class Table:
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]


def response(table: Table, kind: str, name: str) -> HttpResponseBase:
    """Streamed under a name of its own."""
    if kind == "xlsx":
        return streamed(workbook(table.title, table.heads, table.rows), XLSX, f"{name}.xlsx")
    return streamed(_lines(table), CSV, f"{name}.csv")


def _lines(table: Table) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    for row in (table.heads, *table.rows):
        buffer = io.StringIO()
        cells = [safe(one) if isinstance(one, str) else one for one in row]
        csv.writer(buffer, lineterminator="\r\n").writerow(cells)
        yield buffer.getvalue().encode("utf-8")


def completeness_table(found: Completeness) -> Table:
    blocks = (
        (_("Total"), (found.total,)),
        (_("By district"), found.districts),
        (_("By stage"), found.stages),
        (_("By form"), found.forms),
        (_("By collection"), found.collections),
    )
    rows = [
        [heading, capfirst(line.label), *line.counts.values(), line.percent_sent, line.percent_on_time]
        for heading, lines in blocks
        for line in lines
    ]
    heads = [_("Table"), _("Line"), *(str(figure.label) for figure in FIGURES.values())]
    return Table(_("Who has reported"), [*heads, _("Percent sent"), _("Percent on time")], rows)


def phone_list(rows: Sequence[Reporter]) -> Table:
    heads = [
        _("School code"),
        _("School"),
        _("District"),
        _("Collection"),
        _("Due"),
        _("State"),
        _("Head of the school"),
        _("Telephone of the office"),
        _("Last reminder"),
    ]
    return Table(_("Telephone numbers"), heads, [_phones(one) for one in rows])


def _phones(one: Reporter) -> list[Value]:
    school, told = one.record.school, one.reminded_on
    return [
        school.code or "",
        school.label,
        school.district.label,
        one.record.collection.label,
        date_format(one.due_on, "DATE_FORMAT"),
        one.record.get_status_display(),
        one.head,
        one.phone,
        date_format(told, "DATE_FORMAT") if told else "",
    ]


def totals_table(found: CityTotals) -> Table:
    """A row for each cell; each sum is followed by the schools behind it and the schools asked."""
    heads = [_("Cell"), _("What it counts"), _("Total"), _("Schools counted"), _("Schools asked")]
    for district in found.districts:
        heads += [
            district.label,
            _("%(district)s: schools counted") % {"district": district.label},
            _("%(district)s: schools asked") % {"district": district.label},
        ]
    rows: list[list[Value]] = []
    for row in found.rows:
        cells: list[Value] = [row.cell.address, str(row.cell.label)]
        for one in (row.city, *row.districts):
            cells += [None if one.amount is None else float(one.amount), one.schools, one.expected]
        rows.append(cells)
    return Table(_("Sums by district"), heads, rows)
