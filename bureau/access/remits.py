"""Remits compiled to group grants: which unit has which right over which shared record.

The wanted set is computed, compared with the rows that are there, and only the difference is written.
Rows of users (hand-made shares) are never touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q
from django.utils.functional import Promise

from bureau.access import roles
from bureau.access.models import GroupGrant
from bureau.charter.chart import RemitLine
from bureau.charter.choices import UnitKind
from bureau.charter.models import Remit, Unit
from bureau.inserts import insert_rows
from bureau.registry import Registry

# (key of the unit, codename of the permission, id of the record)
Wanted = tuple[str, str, int]
Counts = Counter[tuple[str, str, str]]  # (key of the unit, over, verb)
CHUNK = 500


@dataclass(frozen=True)
class RemitTarget:
    """How remits over one kind become rows: filled by the app that owns the records, in its `remits.py`.

    `verbs`: verb → codename of a permission on `model`. `filters`: filter → lookup, or value → Q.
    `words`: filter → its known values and their labels. `own_unit`, `managing_unit`: paths to the unit of the school itself
    and to the one that manages it. `follows`: label of another model → path to it, for `apply_remits`.
    `live`: records that take part at all.
    """

    over: str
    model: type[Model]
    grants: type[GroupGrant]
    verbs: Mapping[str, str]
    filters: Mapping[str, str | Callable[[Any], Q]]
    words: Mapping[str, Mapping[str, str | Promise]] = field(default_factory=dict)
    own_unit: str = ""
    managing_unit: str = ""
    follows: Mapping[str, str] = field(default_factory=dict)
    live: Callable[[], Q] = Q

    def matching(self, filters: Mapping[str, object]) -> Q:
        """The records that a remit with these filters covers."""
        found = self.live()
        for name, value in filters.items():
            lookup = self.filters[name]
            found &= Q(**{lookup: value}) if isinstance(lookup, str) else lookup(value)
        return found

    def belonging_to(self, objects: Iterable[Model]) -> Q:
        """My records among `objects` or hanging on them."""
        found: dict[str, list[Any]] = {}
        for record in objects:
            path = "pk" if isinstance(record, self.model) else self.follows.get(record._meta.label_lower)
            if path is not None:
                found.setdefault(path, []).append(record.pk)
        return reduce(or_, (Q(**{f"{path}__in": ids}) for path, ids in found.items()), Q(pk__in=()))


TARGETS: Registry[RemitTarget] = Registry("remit targets")


def register(target: RemitTarget) -> RemitTarget:
    return TARGETS.add(target.over, target)


def filter_words() -> dict[str, set[str]]:
    """Filter → values known to the installed kinds; a filter without known values is missing."""
    found: dict[str, set[str]] = {}
    for target in TARGETS:
        for name, words in target.words.items():
            found.setdefault(name, set()).update(words)
    return found


def is_available(over: str) -> bool:
    """Whether records of this kind are installed; a remit over others is kept and waits."""
    return over in TARGETS


@dataclass(frozen=True)
class RemitReport:
    """Grants gained and lost, counted by (unit, kind, verb)."""

    gained: Counts = field(default_factory=Counter)
    lost: Counts = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


@dataclass(frozen=True)
class _Difference:
    table: type[GroupGrant]
    missing: set[Wanted]
    extra: dict[Wanted, int]  # → primary key of the row


def remits_in_force() -> list[tuple[str, RemitLine]]:
    rows = Remit.objects.filter(unit__is_active=True).select_related("unit").order_by("unit_id", "order")
    return [(row.unit.key, RemitLine(row.over, tuple(row.verbs), row.filters)) for row in rows]


@transaction.atomic
def apply_remits(*, over: str | None = None, objects: Iterable[Model] | None = None) -> RemitReport:
    """Write the rows that the remits in force want and remove the others.

    `over`: only that kind. `objects`: only records that are, or hang on, these (a school that changed).
    """
    chosen = None if objects is None else list(objects)
    if chosen is not None and len(chosen) > CHUNK:
        chosen = None  # comparing everything is cheaper than naming so many
    report = RemitReport()
    for difference in _differences(remits_in_force(), over, chosen):
        _write(difference)
        _count(difference, report)
    return report


def preview_remits(remits: Iterable[tuple[str, RemitLine]], *, units: Collection[str]) -> RemitReport:
    """What `apply_remits` would report if these remits of these sections were in force. Writes nothing."""
    report = RemitReport()
    for difference in _differences(list(remits), None, None, sections=units):
        _count(difference, report)
    return report


def drift() -> RemitReport:
    """Rows that are missing (as gained) and rows that no remit wants (as lost)."""
    report = RemitReport()
    for difference in _differences(remits_in_force(), None, None):
        _count(difference, report)
    return report


def _differences(
    remits: list[tuple[str, RemitLine]],
    over: str | None,
    objects: list[Model] | None,
    sections: Collection[str] | None = None,
) -> Iterator[_Difference]:
    tables: dict[type[GroupGrant], list[RemitTarget]] = {}
    for target in TARGETS:
        tables.setdefault(target.grants, []).append(target)
    in_use = _units_in_use(sections)
    for table, targets in tables.items():
        if over is not None and all(target.over != over for target in targets):
            continue
        wanted: set[Wanted] = set()
        for target in targets:
            scope = Q() if objects is None else target.belonging_to(objects)
            wanted |= {row for row in _wanted(target, remits, scope) if row[0] in in_use}
        present = _present(table, targets, objects)
        extra = {row: pk for row, pk in present.items() if row not in wanted}
        yield _Difference(table, wanted - present.keys(), extra)


def _units_in_use(sections: Collection[str] | None) -> set[str]:
    """Keys of units that may have rights; `sections` stands in for the running ones in a preview."""
    units = Unit.objects.filter(is_active=True)
    if sections is None:
        return set(units.values_list("key", flat=True))
    return {*units.exclude(kind=UnitKind.SECTION).values_list("key", flat=True), *sections}


def _wanted(target: RemitTarget, remits: list[tuple[str, RemitLine]], scope: Q) -> Iterator[Wanted]:
    covered: dict[str, list[int]] = {}
    for unit, remit in remits:
        if remit.over != target.over:
            continue
        question = repr(sorted(remit.filters.items()))
        if question not in covered:
            rows = target.model._default_manager.filter(scope, target.matching(remit.filters))
            covered[question] = list(rows.values_list("pk", flat=True).order_by().distinct())
        for verb in remit.verbs:
            if verb in target.verbs:
                yield from ((unit, target.verbs[verb], pk) for pk in covered[question])
    yield from _by_place(target, target.own_unit, UnitKind.SCHOOL, roles.OWN_SCHOOL_VERBS, scope)
    yield from _by_place(target, target.managing_unit, UnitKind.DISTRICT, roles.DISTRICT_SCHOOL_VERBS, scope)


def _by_place(
    target: RemitTarget, path: str, kind: str, verbs: Mapping[str, Collection[str]], scope: Q
) -> Iterator[Wanted]:
    """Rights that follow from where a record stands: its own school, the district that manages it."""
    codenames = [target.verbs[verb] for verb in verbs.get(target.over, ()) if verb in target.verbs]
    if not path or not codenames:
        return
    rows = target.model._default_manager.filter(scope, target.live(), **{f"{path}__kind": kind})
    for unit, pk in rows.values_list(f"{path}__key", "pk").order_by():
        yield from ((unit, codename, pk) for codename in codenames)


def _present(
    table: type[GroupGrant], targets: list[RemitTarget], objects: list[Model] | None
) -> dict[Wanted, int]:
    rows = table._default_manager.all()
    if objects is not None:
        touched = targets[0].model._default_manager.filter(targets[0].belonging_to(objects))
        rows = rows.filter(content_object__in=touched.values("pk"))
    values = rows.values_list("group__unit__key", "permission__codename", "content_object_id", "pk")
    return {(unit or "", codename, record): pk for unit, codename, record, pk in values.iterator(5000)}


def _write(difference: _Difference) -> None:
    table = difference.table
    doomed = list(difference.extra.values())
    for start in range(0, len(doomed), CHUNK):
        table._default_manager.filter(pk__in=doomed[start : start + CHUNK]).delete()
    if not difference.missing:
        return
    groups = dict(Unit.objects.values_list("key", "group_id").order_by())
    permissions = _permissions(table)
    insert_rows(
        table,
        ("group_id", "permission_id", "content_object_id"),
        [(groups[unit], permissions[codename], pk) for unit, codename, pk in sorted(difference.missing)],
        {},
    )


def _permissions(table: type[GroupGrant]) -> dict[str, int]:
    model = next(target.model for target in TARGETS if target.grants is table)
    content_type = ContentType.objects.get_for_model(model)
    return dict(Permission.objects.filter(content_type=content_type).values_list("codename", "pk"))


@lru_cache(maxsize=1)
def _meanings() -> dict[tuple[type[GroupGrant], str], tuple[str, str]]:
    """(table, codename) → (over, verb). The registry is frozen before the first question."""
    return {
        (target.grants, codename): (target.over, verb)
        for target in TARGETS
        for verb, codename in target.verbs.items()
    }


def _count(difference: _Difference, report: RemitReport) -> None:
    for rows, counts in ((difference.missing, report.gained), (difference.extra, report.lost)):
        for unit, codename, _pk in rows:
            over, verb = _meanings().get((difference.table, codename), ("", codename))
            counts[unit, over, verb] += 1
