"""Loading a chart: units, rights, people and open records change in one transaction, or nothing does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from bureau.access.remits import RemitReport, apply_remits, filter_words, preview_remits
from bureau.access.standing import forget_standings
from bureau.access.succession import MEMBERSHIP, Line, Moves, Plan, from_history, make_plan
from bureau.access.unit_owned import FOLLOW_UPS, UNIT_OWNED, move_records
from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.charter import files
from bureau.charter.chart import Chart
from bureau.charter.choices import UnitKind
from bureau.charter.diff import ChartDiff, compare, with_region
from bureau.charter.loading import retire_sections, write_chart
from bureau.charter.models import Charter, Membership, Move, Unit, local
from bureau.charter.selectors import chart_in_force


class NoDestination(Exception):
    """Members or open records have no single destination; nothing was written. `lines` names them."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(str(sentence) for sentence in self.sentences()))

    def sentences(self) -> list[str]:
        return [
            _("%(what)s, in “%(unit)s”: it is not said where to.") % {"what": line.what, "unit": line.unit}
            for line in self.lines
        ]


@dataclass(frozen=True)
class LoadReport:
    """What a load changed, or would change. `names`: key of a section → its name in the reader's language."""

    chart: Chart
    running: Chart | None
    diff: ChartDiff
    grants: RemitReport
    plan: Plan
    names: dict[str, str] = field(default_factory=dict)
    stale_lines: int = 0

    @property
    def changes_nothing(self) -> bool:
        return self.diff.is_same and not self.grants and not self.plan.lines

    @property
    def people(self) -> tuple[Line, ...]:
        return tuple(line for line in self.plan.lines if line.is_person)

    @property
    def records(self) -> Counter[tuple[str, str, str]]:
        """(kind, from, to) → how many open records."""
        lines = (line for line in self.plan.lines if not line.is_person)
        return Counter((line.kind, line.unit, ", ".join(line.to)) for line in lines)


def read(name: str) -> Chart:
    """The chart of a file in charters/, or of a path, checked. Raises files.WrongFile."""
    path = files.find_file(name)
    return files.read_chart(path, words=filter_words(), sections=known_sections(path))


def known_sections(path: Path) -> set[str]:
    """Sections that a `succeeds` may name: of any chart at hand, and every one there ever was."""
    known = set(Unit.objects.filter(kind=UnitKind.SECTION).values_list("key", flat=True))
    for other in files.chart_files():
        if other.resolve() != path.resolve():
            known |= files.section_keys(other)
    return known


def preview(chart: Chart, moves: Moves | None = None) -> LoadReport:
    """What loading `chart` would do. Writes nothing; undecided lines are in the plan."""
    running = chart_in_force()
    chart = with_region(chart, running)
    plan = make_plan(chart, running, moves)
    return LoadReport(
        chart=chart,
        running=running,
        diff=compare(chart, running),
        grants=preview_remits(chart.remits(), units=chart.section_keys()),
        plan=plan,
        names=_names(chart),
        stale_lines=_stale(plan, moves),
    )


def prepared_moves(chart: Chart) -> Plan:
    """The plan with its destinations preset from history, to be written into a moves file."""
    return from_history(make_plan(chart, chart_in_force()), chart)


def load(chart: Chart, *, by: Principal, moves: Moves | None = None) -> LoadReport:
    """Put `chart` in force. Raises NoDestination, writing nothing, while anything has no single place."""
    with transaction.atomic():
        # Nobody joins a section, and no record is given to one, until this is over.
        list(Unit.objects.filter(kind=UnitKind.SECTION).order_by("pk").select_for_update())
        report = preview(chart, moves)
        if report.plan.undecided:
            raise NoDestination(report.plan.undecided)
        if not report.changes_nothing:
            _write(report, by)
    forget_standings()
    return report


def _write(report: LoadReport, by: Principal) -> None:
    chart, plan = report.chart, report.plan
    names = dict(Unit.objects.filter(kind=UnitKind.SECTION).values_list("key", "name_zh"))
    if report.diff.is_same:
        charter = Charter.objects.latest("pk")
    else:
        charter = write_chart(chart, by=by)
        successors = {key: to for key, to in plan.units.items() if to and to != key}
        for unit in retire_sections(chart, successors):
            if unit.successor is not None:
                _note(charter, Line("charter.unit", unit.pk, "unit", unit.key), unit.successor.key, names)
    _move_people(charter, plan, names)
    _move_records(charter, plan, names, by)
    apply_remits()
    audit.record("charter.charter.loaded", by=by, obj=charter, detail=_detail(report))


def _note(charter: Charter, line: Line, to: str, names: dict[str, str], *, field: str = "") -> None:
    Move.objects.create(
        charter=charter,
        kind=line.kind,
        object_id=line.id,
        field=field or line.field,
        from_key=line.unit,
        from_name=names.get(line.unit, ""),
        to_key=to,
    )


def _move_people(charter: Charter, plan: Plan, names: dict[str, str]) -> None:
    units = {unit.key: unit for unit in Unit.objects.filter(kind=UnitKind.SECTION)}
    for line in plan.moving:
        if line.kind == MEMBERSHIP and line.field == "unit":
            _move_member(charter, line, units[line.to[0]], names)
    for line in plan.moving:
        if line.kind == MEMBERSHIP and line.field == "in_charge_of":
            _move_charge(charter, line, units, names)


def _move_member(charter: Charter, line: Line, unit: Unit, names: dict[str, str]) -> None:
    row = Membership.objects.get(pk=line.id)
    twin = Membership.objects.filter(user=row.user_id, unit=unit, role=row.role, since=row.since).first()
    if twin is None:
        Membership.objects.filter(pk=row.pk).update(unit=unit)
        _note(charter, line, unit.key, names)
        return
    # The same person in the same role since the same day in both: one row is enough.
    twin.until = max(twin.until, row.until) if twin.until and row.until else None
    twin.save(update_fields=["until"])
    row.delete()
    _note(charter, Line(line.kind, twin.pk, line.field, line.unit), unit.key, names, field="merged")


def _move_charge(charter: Charter, line: Line, units: dict[str, Unit], names: dict[str, str]) -> None:
    row = Membership.objects.get(pk=line.id)
    row.in_charge_of.remove(units[line.unit])
    had = set(row.in_charge_of.values_list("key", flat=True))
    for key in line.to:
        row.in_charge_of.add(units[key])
        _note(charter, line, key, names)
        if key in had:
            # What was in charge before the merger must be known on the way back.
            _note(charter, Line(line.kind, line.id, line.field, key), key, names)


def _move_records(charter: Charter, plan: Plan, names: dict[str, str], by: Principal) -> None:
    units = {unit.key: unit for unit in Unit.objects.filter(kind=UnitKind.SECTION)}
    moving: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in plan.moving:
        if not line.is_person:
            moving[f"{line.kind}.{line.field}", line.to[0]].append(line)
    touched: dict[str, set[int]] = defaultdict(set)
    for (owned, to), lines in moving.items():
        move_records(UNIT_OWNED[owned], [line.id for line in lines], units[to], by)
        for line in lines:
            _note(charter, line, to, names)
            touched[line.kind].add(line.id)
    for follow_up in FOLLOW_UPS:
        follow_up(touched)


def _detail(report: LoadReport) -> dict[str, object]:
    """References and counts, no names of people."""
    diff = report.diff
    return {
        "from": report.running.key if report.running else "",
        "to": report.chart.key,
        "digest": report.chart.digest,
        "sections_added": list(diff.added),
        "sections_gone": list(diff.gone),
        "capabilities_gained": [" ".join(pair) for pair in diff.capabilities_gained],
        "capabilities_lost": [" ".join(pair) for pair in diff.capabilities_lost],
        "grants_gained": {" ".join(key): count for key, count in sorted(report.grants.gained.items())},
        "grants_lost": {" ".join(key): count for key, count in sorted(report.grants.lost.items())},
        "people": len(report.people),
        "records": {" ".join(key): count for key, count in sorted(report.records.items())},
    }


def _names(chart: Chart) -> dict[str, str]:
    known = {unit.key: unit.label for unit in Unit.objects.exclude(kind=UnitKind.SCHOOL)}
    return known | {section.key: local(section.name_zh, section.name) for section in chart.sections}


def _stale(plan: Plan, moves: Moves | None) -> int:
    known = {line.key for line in plan.lines}
    stays = {key for key, to in moves.lines.items() if to == (key[3],)} if moves else set()
    return len(set(moves.lines) - known - stays) if moves else 0
