"""What a migration that was not released yet may do while the release before it still serves.

Old code reads and writes the new tables until the last server is exchanged, and again when the house goes back. So
nothing that it uses may go, nothing that it does not know may be demanded of it, and no table that people use may be
locked for as long as it takes to read it. Tables that come with the same release are free: nobody uses them yet.

A migration that is safe all the same says so: `safe_because = {"RemoveField letter.colour": "unread since 1.2"}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from bureau.migrating import AddIndexBeside, Fill

RELEASED = Path(__file__).with_name("released_migrations.txt")
FREE = (
    operations.CreateModel,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterModelTableComment,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.RemoveConstraint,
)
BESIDE = (AddIndexBeside, Fill)
GONE = "code of the release before still asks for it"
LOCKS = "locks the table while all of it is read"


@dataclass(frozen=True)
class Fault:
    """`key` is what `safe_because` names: the operation and its target."""

    migration: str
    key: str
    why: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.key}: {self.why}"


def released() -> set[str]:
    """`app.name` of each migration that a release has carried."""
    return set(RELEASED.read_text(encoding="utf-8").split())


def own_migrations(loader: MigrationLoader) -> dict[tuple[str, str], Migration]:
    """Those of the portal's own apps, in the order in which they are applied."""
    ours = {config.label for config in apps.get_app_configs() if _is_ours(Path(config.path))}
    plan: dict[tuple[str, str], Migration] = {}
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            if key[0] in ours:
                plan.setdefault(key, loader.graph.nodes[key])
    return plan


def _is_ours(folder: Path) -> bool:
    return folder.is_relative_to(settings.ROOT) and not {"site-packages", "tests"} & set(folder.parts)


def faults() -> list[Fault]:
    """What the migrations that were not released yet do against the rules above and do not explain."""
    loader = MigrationLoader(None)
    known, fresh = released(), set[tuple[str, str]]()
    found: list[Fault] = []
    for key, migration in own_migrations(loader).items():
        if ".".join(key) not in known:
            state = loader.project_state(key, at_end=False)
            found += faults_of(migration, state, fresh)
    return found


def faults_of(migration: Migration, state: ProjectState, fresh: set[tuple[str, str]]) -> Iterator[Fault]:
    """`state`: before it. `fresh`: (app, model) of the tables that nobody uses yet; new ones are added."""
    name = f"{migration.app_label}.{migration.name}"
    declared: Mapping[str, str] = getattr(migration, "safe_because", {})
    met = set()
    for operation in migration.operations:
        if isinstance(operation, operations.CreateModel):
            fresh.add((migration.app_label, operation.name_lower))
        target = _target(operation)
        if (migration.app_label, target.partition(".")[0].lower()) not in fresh:
            key = f"{type(operation).__name__} {target}".strip()
            why = _why(migration, operation, state)
            met |= {key} if why else set()
            if why and not declared.get(key, "").strip():
                yield Fault(name, key, why)
        operation.state_forwards(migration.app_label, state)
    for key in declared.keys() - met:
        yield Fault(name, key, "is explained and not there")


def _target(operation: Operation) -> str:
    """`model.field`, `model` or nothing."""
    model = getattr(operation, "model_name", "") or getattr(operation, "name", "")
    model = getattr(operation, "old_name", model) if isinstance(operation, operations.RenameModel) else model
    field = getattr(operation, "old_name", "") if isinstance(operation, operations.RenameField) else ""
    if isinstance(operation, (operations.AddField, operations.RemoveField, operations.AlterField)):
        field = operation.name
    return f"{model}.{field}" if field else str(model or "")


def _why(migration: Migration, operation: Operation, state: ProjectState) -> str:
    """What speaks against it; empty where nothing does."""
    if isinstance(operation, BESIDE):
        return "" if not migration.atomic else "needs atomic = False"
    if not migration.atomic:
        return "beside it, what is half done would stay: a migration with atomic = False holds nothing else"
    if isinstance(operation, FREE):
        return ""
    rule = RULES.get(type(operation))
    if rule is None:
        return "is not looked into: say why it breaks nobody, locks nothing long, and can be taken back"
    return rule(migration, operation, state)


def _adds(migration: Migration, operation: Any, state: ProjectState) -> str:
    field = operation.field
    if field.many_to_many:
        return ""
    if not field.null and not field.has_db_default():
        return "rows written by the release before hold no value for it: null=True or db_default"
    if field.unique or field.db_index:
        return f"its index {LOCKS}: db_index=False, and AddIndexBeside in a migration of its own"
    return ""


def _alters(migration: Migration, operation: Any, state: ProjectState) -> str:
    before = state.models[migration.app_label, operation.model_name_lower].fields[operation.name]
    after = operation.field
    if before.null and not after.null:
        return f"rows written by the release before may hold no value, and it {LOCKS}"
    if (after.unique and not before.unique) or (after.db_index and not before.db_index):
        return f"its index {LOCKS}"
    return "" if _holds_as_much(before, after) else f"it {LOCKS}, or refuses what the release before writes"


def _holds_as_much(before: models.Field[Any, Any], after: models.Field[Any, Any]) -> bool:
    """The same column, or a longer text: PostgreSQL changes nothing but its catalogue then."""
    if before.db_column != after.db_column:
        return False
    if before.is_relation or after.is_relation:
        related = (before.remote_field, after.remote_field)
        return all(related) and len({str(one.model).lower() for one in related if one}) == 1
    if before.get_internal_type() == after.get_internal_type() == "CharField":
        return bool((before.max_length or 0) <= (after.max_length or 0))
    return before.db_type(connection) == after.db_type(connection)


def _always(why: str) -> Callable[[Migration, Any, ProjectState], str]:
    return lambda migration, operation, state: why


RULES: dict[type[Operation], Callable[[Migration, Any, ProjectState], str]] = {
    operations.AddField: _adds,
    operations.AlterField: _alters,
    operations.RemoveField: _always(GONE),
    operations.RenameField: _always(GONE),
    operations.DeleteModel: _always(GONE),
    operations.RenameModel: _always(GONE),
    operations.AlterModelTable: _always(GONE),
    operations.AddIndex: _always(f"it {LOCKS}: use AddIndexBeside of bureau.migrating"),
    operations.AddConstraint: _always(f"it {LOCKS}, and may refuse what the release before writes"),
    operations.AlterUniqueTogether: _always(f"it {LOCKS}"),
    operations.RunPython: _always(
        "its transaction holds every row that it wrote: use Fill of bureau.migrating"
    ),
}
