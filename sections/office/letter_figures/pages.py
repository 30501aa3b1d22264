"""Figures and monthly reports on the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import URLPattern, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.access.services import may
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.pages.menu import MenuEntry
from bureau.pages.menu import register as register_entry
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Tabs, Text, Workspace, register
from sections.office.letter_figures import reconciling, views
from sections.office.letter_figures.choices import ReportStatus
from sections.office.letter_figures.forms import NewReportForm, RemarksForm
from sections.office.letter_figures.links import COLUMNS, tables
from sections.office.letter_figures.models import LetterReport
from sections.office.letter_figures.snapshots import read


def figures_of(report: LetterReport, by: Principal) -> Mapping[str, Any]:
    found = read(report.figures)
    can_take = bool(may(by, "export", report))
    return {
        "tables": tables(found),
        "columns": COLUMNS,
        "is_intact": report.is_intact,
        "sheet_url": reverse("desk:office:letterreport_sheet", args=[report.pk]) if can_take else "",
        "pdf_url": reverse("desk:office:letterreport_pdf", args=[report.pk]) if can_take else "",
    }


def changes_since(report: LetterReport, by: Principal) -> Mapping[str, Any]:
    found = reconciling.differences(report)
    return {"differences": found, "reasons": reconciling.reasons(report) if found else ()}


def _month(report: LetterReport) -> str:
    return date_format(report.month, "YEAR_MONTH_FORMAT")


@register
class LetterReportPages(PageSet):
    model = LetterReport
    slug = "letter-reports"
    menu = Menu("section", _("Monthly reports"), icon="chart", order=16, capability="office.letters")
    note = _("Drafted on the first working day of each month; the head of the section releases it.")
    empty = _("No report yet. The first one is drafted on the first working day of the next month.")
    columns = (
        Column("month", link=True, sort="month", kind="text", value=_month),
        Column("received", label=_("Received"), kind="number", value=lambda report: report.total("received")),
        Column("answered", label=_("Answered"), kind="number", value=lambda report: report.total("answered")),
        Column("open", label=_("Open"), kind="number", value=lambda report: report.total("open")),
        Column("released_on", kind="date", sort="released_on", low=True),
        Column("status", kind="tag", sort="status"),
    )
    tabs = Tabs("status")
    select_related = ("owner",)
    tags = {ReportStatus.DRAFTED: "half", ReportStatus.RELEASED: "done"}
    form = RemarksForm
    add_form = NewReportForm
    panels = (
        Panel(_("Figures"), template="office/letter_figures/report.html", context=figures_of),
        Panel(_("Remarks"), fields=(Column("remarks", kind="long"),)),
        Panel(
            _("Changes since it was counted"),
            template="office/letter_figures/changes.html",
            context=changes_since,
        ),
    )

    def title(self, record: Any) -> str:
        return _t("Letters in %(month)s") % {"month": _month(record)}

    def facts(self, record: Any) -> Sequence[Text]:
        if not record.is_released:
            return ()
        day = date_format(record.released_on, "DATE_FORMAT")
        return (_t("Released on %(day)s by %(who)s") % {"day": day, "who": record.released_by},)

    def locked(self, record: Any, principal: Principal) -> Text:
        return _("A released report stays as it was.") if record.is_released else ""

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        return views.urls(self)


def sees_letters(user: User) -> bool:
    """Without a question to the database beyond those of the person's posts."""
    me = standing(user)
    return bool(me.holder_units("office.letters", "view") or me.participant_units("office.letters", "view"))


register_entry(
    MenuEntry(
        "desk",
        "bureau",
        _("Figures of letters"),
        "chart",
        "desk:office:letter_figures",
        26,
        shown=sees_letters,
    )
)
