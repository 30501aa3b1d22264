"""Where completeness, reminders and their periods stand on the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bureau.access.standing import standing
from bureau.access.views import Records, rule
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.choices import UnitKind
from bureau.pages.forms import PortalModelForm
from bureau.pages.menu import MenuEntry
from bureau.pages.menu import register as register_entry
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Workspace, register
from bureau.pages.services import save_record
from schools.returns import completeness_views as views
from schools.returns import totals_views
from schools.returns.capabilities import NAME
from schools.returns.models import FigureTotal, Reminder, Return, ReturnTerm
from schools.returns.reporting_forms import TermForm
from schools.returns.rules import units_of

# address below the list, view, verb, name, model of the rule, methods
PAGES: tuple[tuple[str, Any, str, str, Any, Any], ...] = (
    ("completeness/", views.CompletenessView, "view", "return_completeness", Return, require_safe),
    (
        "completeness/print/",
        views.CompletenessPrint,
        "view",
        "return_completeness_print",
        Return,
        require_safe,
    ),
    (
        "completeness/file/",
        views.CompletenessFile,
        "export",
        "return_completeness_file",
        Return,
        require_safe,
    ),
    ("schools/", views.ReportersView, "view", "return_reporters", Return, require_safe),
    ("schools/print/", views.ReportersPrint, "view", "return_reporters_print", Return, require_safe),
    ("schools/file/", views.ReportersFile, "export", "return_reporters_file", Return, require_safe),
    ("schools/urge/", views.UrgeView, "urge", "return_urge", Return, require_POST),
    ("totals/", totals_views.TotalsView, "view", "return_totals", FigureTotal, require_safe),
    ("totals/file/", totals_views.TotalsFile, "export", "return_totals_file", FigureTotal, require_safe),
)


@register
class ReminderPages(PageSet):
    """What schools were told, by the portal and by hand; the pages of completeness hang on its address."""

    model = Reminder
    slug = "reporting"
    note = _("Every reminder that a school got about a return, and who sent it.")
    empty = _("No school was reminded yet.")
    columns = (
        Column("on", kind="date", link=True, sort="on"),
        Column("school", label=_("School"), value=lambda row: row.owner_return.school),
        Column("collection", label=_("Collection"), value=lambda row: row.owner_return.collection),
        Column("level", sort="level"),
        Column("due_on", kind="date", low=True),
        Column("by_name", label=_("Sent by"), value=lambda row: sender(row), low=True),
    )
    search = (
        "owner_return__school__name_zh",
        "owner_return__school__name",
        "owner_return__school__code",
        "owner_return__school__initials",
    )
    select_related = ("owner_return__school", "owner_return__collection")
    ordering = ("-on", "-pk")
    panels = (
        Panel(
            _("Reminder"),
            fields=(
                Column("owner_return", label=pgettext_lazy("school return", "Return")),
                "level",
                Column("on", kind="date"),
                Column("due_on", kind="date"),
                "text",
                Column("by_name", label=_("Sent by"), value=lambda row: sender(row)),
            ),
        ),
    )

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern]:
        return [
            path(
                route,
                rule(Records("desk", verb, model))(
                    never_cache(methods(view.as_view(pageset=self, workspace="desk")))
                ),
                name=name,
            )
            for route, view, verb, name, model, methods in PAGES
        ]


def sender(row: Reminder) -> str:
    """The night names itself by a word of ours."""
    return str(_("the portal itself")) if row.by_name == "portal" else row.by_name


@register
class ReturnTermPages(PageSet):
    """Every row names who changed it last."""

    model = ReturnTerm
    slug = "return-terms"
    menu = Menu(group="tables", label=_("Reminders of returns"), icon="clock", order=44, capability=NAME)
    note = _(
        "A change is a new row with its first day; the older rows remain. Without a row nobody is reminded."
    )
    empty = _("No period yet.")
    columns = (
        Column("label", label=_("What it is for"), link=True, value=str, sort="key"),
        Column("length", kind="number", sort="length"),
        Column("valid_from", kind="date", sort="valid_from"),
        Column("is_verified", kind="yes_no"),
        Column("basis", low=True),
    )
    form = TermForm
    add_form = TermForm
    panels = (
        Panel(
            _("Period"),
            fields=(
                Column("label", label=_("What it is for"), value=str),
                "length",
                "basis",
                "is_verified",
                Column("valid_from", kind="date"),
                "changed_by",
            ),
        ),
    )

    def save(self, form: PortalModelForm, by: Principal) -> Any:
        form.instance.changed_by = by.audit_name[:100]
        return save_record(form.instance, by=by, fields=form.changed_data)


def counts_returns(user: User) -> bool:
    """Sections and county bureaus, by their posts alone."""
    me = standing(user)
    sees = me.holder_units(NAME, "view") or me.participant_units(NAME, "view")
    return bool(sees or units_of(me, UnitKind.DISTRICT, "view"))


register_entry(
    MenuEntry(
        "desk",
        "registers",
        _("Who has reported"),
        "chart",
        "desk:schools:return_completeness",
        26,
        shown=counts_returns,
    )
)
