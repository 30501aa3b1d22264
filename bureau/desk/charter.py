"""The bureau: its units, people, capabilities and rights; loading another chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bureau.access import reorganisation
from bureau.access.checks import charter_findings
from bureau.access.report_lines import grant_table
from bureau.access.services import may_on_the_ground
from bureau.access.succession import Line, Moves, Plan
from bureau.access.views import Ground, rule
from bureau.accounts.step_up import require_step_up
from bureau.charter import files, selectors
from bureau.charter.chart import Chart
from bureau.charter.choices import UnitKind
from bureau.charter.models import Charter, local
from bureau.charter.names import capability_label
from bureau.desk import overview
from bureau.desk.reader import reader


@rule(Ground("charter.view"))
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    found = list(selectors.units_to_show())
    held = overview.capabilities_with_holders()
    context = {
        "charter": selectors.charter_in_force(),
        "kinds": [(kind.label, [unit for unit in found if unit.kind == kind]) for kind in _SHOWN],
        "held": held,
        "waiting": sum(not one.is_available for one in held),
        "history": Charter.objects.all()[:20],
        "may_load": may_on_the_ground(reader(request), "charter.load"),
    }
    return render(request, "desk/units.html", context)


# Records that the page puts to somebody one by one; more are placed by a moves file.
MOST_RECORDS = 100
_SHOWN = (UnitKind.SECTION, UnitKind.BUREAU, UnitKind.DISTRICT)


@rule(Ground("charter.view"))
@require_GET
def unit(request: HttpRequest, key: str) -> HttpResponse:
    """One unit: members, duties, and what each role may do in it and why."""
    found = get_object_or_404(selectors.units_to_show(), key=key)
    tables = [
        (_("From its duties"), overview.capability_rows(found)),
        (_("Over shared registers"), overview.remit_rows(found)),
        (_("As a participant"), overview.participant_rows(found)),
    ]
    context = {
        "unit": found,
        "members": selectors.members(found),
        "duties": found.duties.all(),
        "roles": overview.roles_of(found),
        "tables": [(title, rows) for title, rows in tables if rows],
    }
    return render(request, "desk/units_detail.html", context)


@rule(Ground("charter.view"))
@require_GET
@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Whether the rights in the tables are those of the chart in force."""
    found = charter_findings()
    context = {
        "faults": [finding for finding in found if finding.is_failure],
        "waiting": [finding for finding in found if not finding.is_failure],
    }
    return render(request, "desk/units_check.html", context)


@dataclass(frozen=True)
class Question:
    """One line of the form: who or what, where it is, and where it is to go."""

    name: str
    label: str
    unit: str
    chosen: tuple[str, ...]
    is_multiple: bool = False
    is_missing: bool = False


@rule(Ground("charter.load"))
@require_GET
@never_cache
def charter(request: HttpRequest) -> HttpResponse:
    """Choose a chart; `?name=` shows what loading it would change. Nothing is written."""
    name = request.GET.get("name", "")
    if not name:
        return _page(request, {})
    try:
        chart = _chart(name)
    except files.WrongFile as error:
        return _page(request, {"name": name, "problems": error.problems}, status=422)
    plan = reorganisation.prepared_moves(chart)
    return _page(request, _comparison(name, chart, plan, _decided(plan)))


@rule(Ground("charter.load"))
@require_step_up
@never_cache
def load(request: HttpRequest) -> HttpResponseBase:
    """Put a chart in force, with the destinations that the form gives."""
    name = request.POST.get("name", "")
    if request.method != "POST" or not name:
        return HttpResponseRedirect(reverse("desk:charter"))
    try:
        chart = _chart(name)
    except files.WrongFile as error:
        return _page(request, {"name": name, "problems": error.problems}, status=422)
    plan = reorganisation.prepared_moves(chart)
    moves = _posted(request, plan, chart)
    if request.POST.get("digest") != chart.digest:
        context = _comparison(name, chart, plan, moves)
        return _page(request, {**context, "has_changed": True}, status=409)
    try:
        report = reorganisation.load(chart, by=reader(request), moves=moves)
    except reorganisation.NoDestination as error:
        context = _comparison(name, chart, plan, moves)
        return _page(request, {**context, "refused": error.lines}, status=422)
    if report.changes_nothing:
        messages.info(request, _("This chart is in force already; nothing was changed."))
    else:
        messages.success(request, _("The chart is in force. Rights, people and open records have moved."))
    return HttpResponseRedirect(reverse("desk:units"))


def _chart(name: str) -> Chart:
    """Only the charts that come along: a path is for the command line."""
    if name not in [file.stem for file in files.chart_files()]:
        raise Http404
    return reorganisation.read(name)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    base = {
        "files": [_chart_option(file.stem) for file in files.chart_files()],
        "charter": selectors.charter_in_force(),
    }
    return render(request, "desk/charter.html", {**base, **context}, status=status)


def _chart_option(name: str) -> tuple[str, str]:
    """(file, label): the bureau's name and the size of its chart; a wrong file shows its name alone."""
    try:
        chart = reorganisation.read(name)
    except files.WrongFile:
        return name, name
    count = len(chart.sections)
    words = ngettext("%(bureau)s, %(count)s section", "%(bureau)s, %(count)s sections", count)
    return name, words % {"bureau": local(chart.name_zh, chart.name), "count": count}


def _capabilities(pairs: Iterable[tuple[str, str]], names: dict[str, str]) -> list[tuple[str, str]]:
    """(section, capability) in words."""
    return [(names.get(key, key), capability_label(capability)) for key, capability in pairs]


def _comparison(name: str, chart: Chart, plan: Plan, moves: Moves) -> dict[str, Any]:
    report = reorganisation.preview(chart, moves)
    asked = plan.units.keys() & {line.unit for line in plan.lines}
    return {
        "name": name,
        "chart": chart,
        "report": report,
        "diff": report.diff,
        "gained": _capabilities(report.diff.capabilities_gained, report.names),
        "lost": _capabilities(report.diff.capabilities_lost, report.names),
        "added": [report.names[key] for key in report.diff.added],
        "gone": [report.names.get(key, key) for key in report.diff.gone],
        "grants": grant_table(report),
        "places": [(section.key, report.names[section.key]) for section in chart.sections],
        "unit_questions": [
            _unit_question(key, plan, moves, report.names) for key in plan.units if key in asked
        ],
        "questions": [_question(line, moves, report) for line in plan.lines if line.is_person],
        **_record_questions(plan, moves, report),
        "records": [
            (
                capfirst(apps.get_model(kind)._meta.verbose_name_plural),
                report.names.get(unit, unit),
                to,
                count,
            )
            for (kind, unit, to), count in sorted(report.records.items())
        ],
    }


def _record_questions(plan: Plan, moves: Moves, report: reorganisation.LoadReport) -> dict[str, Any]:
    """Records without a place of their own, one by one; the rest can only go with their whole section."""
    open_lines = [line for line in plan.lines if not line.is_person and not line.is_decided]
    return {
        "record_questions": [_question(line, moves, report) for line in open_lines[:MOST_RECORDS]],
        "more_records": max(0, len(open_lines) - MOST_RECORDS),
    }


def _unit_question(key: str, plan: Plan, moves: Moves, names: dict[str, str]) -> Question:
    chosen = moves.units.get(key, plan.units[key])
    return Question(
        f"unit:{key}", names.get(key, key), key, (chosen,) if chosen else (), is_missing=not chosen
    )


def _question(line: Line, moves: Moves, report: reorganisation.LoadReport) -> Question:
    chosen = moves.lines.get(line.key, ())
    return Question(
        name=_field(line),
        label=line.what,
        unit=report.names.get(line.unit, line.unit),
        chosen=chosen,
        is_multiple=line.field == "in_charge_of",
        is_missing=not chosen and not moves.units.get(line.unit),
    )


def _field(line: Line) -> str:
    if line.is_person:
        return f"line:{line.id}:{line.field}:{line.unit}"
    return f"record:{line.kind}:{line.id}:{line.field}:{line.unit}"


def _decided(plan: Plan) -> Moves:
    """What the history of the units presets."""
    units = {key: to for key, to in plan.units.items() if to}
    return Moves(units, {line.key: line.to for line in plan.lines if line.is_decided})


def _posted(request: HttpRequest, plan: Plan, chart: Chart) -> Moves:
    """The preset, with what the form says instead. A place that the chart does not name counts as none."""
    preset = _decided(plan)
    places = set(chart.section_keys())
    units = dict(preset.units)
    for key in plan.units:
        value = request.POST.get(f"unit:{key}")
        if value is not None:
            units[key] = value if value in places else ""
    lines = dict(preset.lines)
    for line in plan.lines:
        chosen = tuple(to for to in request.POST.getlist(_field(line)) if to in places)
        # A record without a choice of its own goes with its section.
        if chosen or (line.is_person and _field(line) in request.POST):
            lines[line.key] = chosen
    return Moves({key: to for key, to in units.items() if to}, {key: to for key, to in lines.items() if to})


urlpatterns = [
    path("units/", units, name="units"),
    path("units/check/", check, name="units_check"),
    path("units/<slug:key>/", unit, name="unit"),
    path("charter/", charter, name="charter"),
    path("charter/load/", load, name="charter_load"),
]
