"""Operations of migrations that people do not notice: tables stay open while an index is built or a column filled.

A migration that uses them sets `atomic = False` and holds nothing else; one that stopped half-way is run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

BATCH = 1000  # rows that one transaction of a fill locks


@contextmanager
def _patient(editor: BaseDatabaseSchemaEditor) -> Iterator[None]:
    """Building beside the traffic waits for others without holding them up: no limit of time applies to it."""
    limits = ("lock_timeout", "statement_timeout")
    with editor.connection.cursor() as cursor:
        before = {}
        for name in limits:
            cursor.execute("SELECT current_setting(%s)", [name])
            before[name] = cursor.fetchone()[0]
            cursor.execute("SELECT set_config(%s, '0', false)", [name])
        try:
            yield
        finally:
            for name, value in before.items():
                cursor.execute("SELECT set_config(%s, %s, false)", [name, value])


class AddIndexBeside(AddIndexConcurrently):
    """AddIndex that locks nobody out on PostgreSQL (CONCURRENTLY); on SQLite the ordinary one.

    What a build that was broken off left behind is removed first. Raises NotSupportedError in a transaction.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        with _patient(schema_editor):
            super().database_backwards(app_label, schema_editor, to_state, from_state)
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
            return
        with _patient(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class Fill(Operation):
    """Give a new, nullable column its value where it has none: by the key in batches, a transaction for each.

    `value` is an expression of the same row, such as F("other"), or a constant. Running it again goes on where it
    stopped. The way back leaves the values: the column goes with its own migration.
    """

    reduces_to_sql = False
    reversible = True
    atomic = False

    def __init__(self, model_name: str, column: str, value: Any, batch: int = BATCH) -> None:
        self.model_name, self.column, self.value, self.batch = model_name, column, value, batch

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        alias = schema_editor.connection.alias
        if not self.allow_migrate_model(alias, model):
            return
        empty = model._base_manager.using(alias).filter(**{f"{self.column}__isnull": True}).order_by("pk")
        last: Any = None
        while keys := list(_after(empty, last).values_list("pk", flat=True)[: self.batch]):
            with transaction.atomic(using=alias):
                empty.filter(pk__in=keys).order_by().update(**{self.column: self.value})
            last = keys[-1]

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        pass

    def describe(self) -> str:
        return f"Fill {self.column} of {self.model_name} in batches"


def _after(rows: models.QuerySet[Any], last: Any) -> models.QuerySet[Any]:
    return rows if last is None else rows.filter(pk__gt=last)
