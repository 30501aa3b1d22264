"""Where people and open records go when another chart is loaded: the plan, before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils import timezone

from bureau.access.holders import Coverage, candidates_in, choose
from bureau.access.unit_owned import UNIT_OWNED, UnitOwned
from bureau.charter.chart import Chart
from bureau.charter.choices import UnitKind
from bureau.charter.models import Charter, Membership, Move, Unit

MEMBERSHIP = "charter.membership"


@dataclass(frozen=True)
class Line:
    """One person or record of a section. `to` empty: not decided yet. `what`: for the reader."""

    kind: str
    id: int
    field: str
    unit: str
    to: tuple[str, ...] = ()
    what: str = ""

    @property
    def key(self) -> tuple[str, int, str, str]:
        return (self.kind, self.id, self.field, self.unit)

    @property
    def is_person(self) -> bool:
        return self.kind == MEMBERSHIP

    @property
    def is_decided(self) -> bool:
        """One destination; only a leader's charge may be divided."""
        return len(self.to) == 1 or (self.field == "in_charge_of" and bool(self.to))


@dataclass(frozen=True)
class Moves:
    """Decisions of a moves file: whole units, and single lines by `Line.key`."""

    units: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[tuple[str, int, str, str], tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """`units`: running section → the one that follows it, or "". `lines`: what moves or must be decided."""

    units: Mapping[str, str]
    lines: tuple[Line, ...]

    @property
    def undecided(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.is_decided)

    @property
    def moving(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_decided and line.to != (line.unit,))


def make_plan(chart: Chart, running: Chart | None, moves: Moves | None = None) -> Plan:
    """Every open thing in a section that does not simply go on, with its destination."""
    moves = moves or Moves()
    if running is None:
        return Plan({}, ())
    natural = {key: _follower(key, chart, running) for key in running.section_keys()}
    # A decision of the moves file stands above the chart's own word.
    follows = natural | {key: to for key, to in moves.units.items() if key in natural and to}
    changing = {key for key in natural if not natural[key] == follows[key] == key}
    changing |= {unit for _kind, _id, _field, unit in moves.lines if unit in natural}
    lines = [*_people(follows, changing), *_records(chart, follows, changing)]
    decided = (replace(line, to=moves.lines.get(line.key, line.to)) for line in lines)
    return Plan(follows, tuple(line for line in decided if line.to != (line.unit,)))


def _follower(key: str, chart: Chart, running: Chart) -> str:
    """The single section of `chart` that goes on with the running section `key`, or ""."""
    is_same = chart.key == running.key
    claimed = {
        section.key
        for section in chart.sections
        # A section that runs already under this chart has taken over what it was to take over.
        if key in (section.succeeds or ()) and not (is_same and running.section(section.key))
    }
    own = chart.section(key)
    if own is not None and not _is_split(key, chart) and (is_same or (own.succeeds is None and not claimed)):
        claimed.add(key)
    return claimed.pop() if len(claimed) == 1 else ""


def _is_split(key: str, chart: Chart) -> bool:
    """Whether the running unit took over others that `chart` names again."""
    absorbed = Unit.objects.filter(successor__key=key, is_active=False).values_list("key", flat=True)
    return bool(set(absorbed) & set(chart.section_keys()))


def _people(follows: Mapping[str, str], changing: set[str]) -> Iterator[Line]:
    open_rows = Membership.objects.filter(Q(until__isnull=True) | Q(until__gte=timezone.localdate()))
    open_rows = open_rows.select_related("user", "unit").order_by("unit__order", "pk")
    for row in open_rows.filter(unit__kind=UnitKind.SECTION, unit__key__in=changing):
        yield _line(row, "unit", row.unit, follows)
    leaders = open_rows.filter(pk__in=Membership.objects.filter(in_charge_of__key__in=changing).values("pk"))
    for row in leaders.prefetch_related("in_charge_of"):
        for unit in row.in_charge_of.all():
            if unit.key in changing:
                yield _line(row, "in_charge_of", unit, follows)


def _line(row: Membership, field: str, unit: Unit, follows: Mapping[str, str]) -> Line:
    return Line(
        MEMBERSHIP, row.pk, field, unit.key, _to(follows, unit.key), f"{row.user} · {row.get_role_display()}"
    )


def _to(follows: Mapping[str, str], key: str) -> tuple[str, ...]:
    return (follows[key],) if follows.get(key) else ()


def _records(chart: Chart, follows: Mapping[str, str], changing: set[str]) -> Iterator[Line]:
    coverage = Coverage()
    for owned in UNIT_OWNED:
        name = str(owned.model._meta.verbose_name)
        units = set(follows) if owned.capability else changing
        for pk, unit, school in _open_rows(owned, units):
            to = (
                _new_holder(owned, chart, follows[unit], school, coverage)
                if owned.capability
                else _to(follows, unit)
            )
            yield Line(owned.kind, pk, owned.field, unit, to, f"{name} {pk}")


def _open_rows(owned: UnitOwned, units: set[str]) -> Iterator[tuple[int, str, int | None]]:
    """(record, key of its section, its school or None) of the open records in these sections."""
    rows = owned.model._default_manager.filter(owned.is_open, **{f"{owned.field}__key__in": units})
    fields = ["pk", f"{owned.field}__key", *([owned.school] if owned.school else [])]
    for row in rows.order_by("pk").values_list(*fields).distinct():
        yield row[0], row[1], row[2] if owned.school else None


def _new_holder(
    owned: UnitOwned, chart: Chart, follower: str, school: int | None, coverage: Coverage
) -> tuple[str, ...]:
    """Of several holders the one that follows the present unit; else the rule for new records."""
    candidates = candidates_in(chart, owned.capability)
    if len(candidates) > 1 and follower in {candidate.key for candidate in candidates}:
        return (follower,)
    key = choose(candidates, school, coverage)
    return (key,) if key else ()


def from_history(plan: Plan, chart: Chart) -> Plan:
    """The plan with what is undecided preset: where it stood under `chart` last time, else the same key."""
    history = _history(plan.undecided, chart)
    lines = []
    for line in plan.lines:
        if not line.is_decided:
            found = _origins(line, history[line.kind, line.id, line.field], chart)
            if len(found) > 1 and line.field != "in_charge_of":
                found = ()
            elif not found and chart.section(line.unit):
                found = (line.unit,)
            line = replace(line, to=found)
        lines.append(line)
    units = {key: to or (key if chart.section(key) else "") for key, to in plan.units.items()}
    return Plan(units, tuple(lines))


def _history(lines: tuple[Line, ...], chart: Chart) -> dict[tuple[str, int, str], list[Move]]:
    """What moved these things since `chart` was last in force (at all, if it never was), oldest first."""
    rows = Move.objects.filter(kind__in={line.kind for line in lines}).order_by("pk")
    last = Charter.objects.filter(key=chart.key).order_by("-pk").first()
    found: dict[tuple[str, int, str], list[Move]] = defaultdict(list)
    for move in rows.filter(charter_id__gt=last.pk) if last else rows:
        found[move.kind, move.object_id, move.field].append(move)
    return found


def _origins(line: Line, moves: list[Move], chart: Chart) -> tuple[str, ...]:
    """Sections of `chart` from which the thing came in the first load that moved it."""
    if line.field == "in_charge_of":
        moves = [move for move in moves if move.to_key == line.unit]
    known = [move for move in moves if chart.section(move.from_key)]
    return tuple(dict.fromkeys(move.from_key for move in known if move.charter_id == known[0].charter_id))
