"""What hangs on a record: counted before a merge, moved by it, and nothing forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from bureau.duplicates.declare import DEPENDANTS, LOOSE, Dependant, Mergeable
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.refusals import Invalid
from bureau.workflow.services import refresh_items


@dataclass(frozen=True)
class Tally:
    """Rows of one table: how many hang on each of two records."""

    label: str
    first: int
    second: int


@dataclass(frozen=True)
class Moved:
    """What a merge did with the rows of one table."""

    table: str
    moved: int
    stayed: int


def of(model: type[Model]) -> list[Dependant]:
    """The declared rows that point at records of `model`, leaving out its own tombstones."""
    return [one for one in DEPENDANTS if one.onto._meta.label_lower == model._meta.label_lower]


def undeclared(mergeable: Mergeable) -> list[str]:
    """Foreign keys to the register, or to rows that follow its records, that nobody has declared."""
    models = [mergeable.model, *(one.model for one in of(mergeable.model) if one.how == "follows")]
    own = {mergeable.pairs._meta.label_lower}
    return sorted(
        key
        for model in models
        for label, key in _pointing(model)
        if label not in own and key not in DEPENDANTS
    )


def _pointing(model: type[Model]) -> Iterator[tuple[str, str]]:
    """(label of the table, "app.model.field") of every foreign key to `model`, hidden ones as well."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        table, field = relation.related_model, getattr(relation, "field", None)
        if field is None or not isinstance(table, type) or not issubclass(table, Model):
            continue
        if not (table is model and field.name == "merged_into"):
            yield table._meta.label_lower, f"{table._meta.label_lower}.{field.name}"


def rows(dependant: Dependant, record: Model) -> QuerySet[Any]:
    return dependant.model._base_manager.filter(**{dependant.field: record})


def tallies(mergeable: Mergeable, first: Model, second: Model) -> list[Tally]:
    """How much hangs on each of two records, table by table; tables with nothing are left out."""
    found = []
    for dependant in of(mergeable.model):
        if dependant.how == "rights":
            continue
        found.append(_tally(dependant, first, second))
        if dependant.how == "follows":
            found += [_through(dependant, inner, first, second) for inner in of(dependant.model)]
    found += [
        Tally(
            one.title,
            *(_loose(one.model, one.kind, one.object_id, record).count() for record in (first, second)),
        )
        for one in LOOSE
    ]
    return [one for one in found if one.first or one.second]


def _tally(dependant: Dependant, first: Model, second: Model) -> Tally:
    return Tally(dependant.title, *(rows(dependant, record).count() for record in (first, second)))


def _through(outer: Dependant, inner: Dependant, first: Model, second: Model) -> Tally:
    if inner.how == "rights":
        return Tally(inner.title, 0, 0)
    path = f"{inner.field}__{outer.field}"
    counts = (inner.model._base_manager.filter(**{path: record}).count() for record in (first, second))
    return Tally(inner.title, *counts)


def _loose(model: type[Model], kind: str, object_id: str, record: Model) -> QuerySet[Any]:
    return model._base_manager.filter(**{kind: record._meta.label_lower, object_id: record.pk})


def move_all(mergeable: Mergeable, loser: Model, survivor: Model) -> list[Moved]:
    """Move what hangs on the loser. Raises Invalid while a foreign key is undeclared or finds no place."""
    missing = undeclared(mergeable)
    if missing:
        raise Invalid(
            _("These records cannot be merged yet: the software does not know what to do with %(tables)s.")
            % {"tables": ", ".join(missing)}
        )
    found: list[Moved] = []
    for dependant in of(mergeable.model):
        if dependant.how == "moves":
            found.append(_move(dependant, loser, survivor))
        elif dependant.how == "follows":
            found += _follow(dependant, loser, survivor)
    return found + [_move_loose(one.model, one.kind, one.object_id, loser, survivor) for one in LOOSE]


def _move(dependant: Dependant, loser: Model, survivor: Model) -> Moved:
    """All rows at once; where one clashes with a row of the survivor, one by one."""
    chosen, manager = rows(dependant, loser), dependant.model._base_manager
    ids = list(chosen.values_list("pk", flat=True))
    if dependant.before is not None and ids:
        dependant.before(chosen, survivor)
    moved = _try(dependant, manager.filter(pk__in=ids), survivor)
    if moved is None:
        moved = sum(_try(dependant, manager.filter(pk=pk), survivor) or 0 for pk in ids)
    if moved < len(ids) and dependant.clash == "refuses":
        raise Invalid(
            _("Both records have the same entry among “%(table)s”. Correct one of them first.")
            % {"table": dependant.title}
        )
    _draw_items_anew(dependant.model, ids)
    return Moved(dependant.model._meta.label_lower, moved, len(ids) - moved)


def _try(dependant: Dependant, chosen: QuerySet[Any], survivor: Model) -> int | None:
    """How many rows moved; None where the database refuses, because the survivor has the like already."""
    try:
        with transaction.atomic():
            if dependant.move is not None:
                return dependant.move(chosen, survivor)
            return chosen.update(**{dependant.field: survivor})
    except IntegrityError:
        return None


def _draw_items_anew(model: type[Model], ids: list[int]) -> None:
    """Who must act next on a moved record follows from where it stands now."""
    if model._meta.label_lower in WORKFLOWS:
        for record in model._base_manager.filter(pk__in=ids):
            refresh_items(record)


def _follow(dependant: Dependant, loser: Model, survivor: Model) -> list[Moved]:
    """Each row of the loser stays with it; what hangs on it goes to the like row of the survivor."""
    theirs = {_match(dependant, row): row for row in rows(dependant, survivor)}
    found = []
    for row in rows(dependant, loser):
        for inner in of(dependant.model):
            if inner.how == "rights" or not rows(inner, row).exists():
                continue
            target = theirs.get(_match(dependant, row))
            if target is None:
                raise Invalid(
                    _(
                        "“%(row)s” has entries, and the record that stays has nothing like it. Correct that first."
                    )
                    % {"row": row}
                )
            found.append(_move(inner, row, target))
    return found


def _match(dependant: Dependant, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in dependant.match)


def _move_loose(model: type[Model], kind: str, object_id: str, loser: Model, survivor: Model) -> Moved:
    moved = _loose(model, kind, object_id, loser).update(**{object_id: survivor.pk})
    return Moved(model._meta.label_lower, moved, 0)
