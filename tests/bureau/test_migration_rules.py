"""Migrations that would break or hold up the release before are named, unless they say why they do not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
    RunSQL,
)
from django.db.migrations.state import ProjectState
from django.db.models import F

from bureau import migration_rules as rules
from bureau.migrating import AddIndexBeside, Fill

INDEX = models.Index(fields=["name"], name="thing_name")
TABLE = CreateModel(
    "Thing",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("note", models.TextField(null=True)),
    ],
)


def before() -> ProjectState:
    state = ProjectState()
    TABLE.state_forwards("identifiers", state)
    return state


def migration(*steps: Any, atomic: bool = True, **declared: str) -> Migration:
    found = Migration("0002_next", "identifiers")
    found.operations, found.atomic = list(steps), atomic
    found.safe_because = {key.replace("__", " ").replace("_", "."): why for key, why in declared.items()}
    return found


def keys(*steps: Any, **how: Any) -> list[str]:
    return [fault.key for fault in rules.faults_of(migration(*steps, **how), before(), set())]


BREAKING = [
    RemoveField("thing", "note"),
    RenameField("thing", "note", "remark"),
    DeleteModel("Thing"),
    RenameModel("Thing", "Object"),
    AddField("thing", "size", models.IntegerField()),
    AddField("thing", "size", models.IntegerField(default=0)),
    AlterField("thing", "note", models.TextField()),
    AlterField("thing", "name", models.CharField(max_length=10)),
    AlterField("thing", "name", models.IntegerField()),
    AlterField("thing", "name", models.CharField(max_length=20, db_column="title")),
]
LOCKING = [
    AddIndex("thing", INDEX),
    AddField("thing", "code", models.CharField(max_length=9, null=True, unique=True)),
    AddField("thing", "up", models.ForeignKey("identifiers.Thing", models.CASCADE, null=True)),
    AlterField("thing", "name", models.CharField(max_length=20, db_index=True)),
    AddConstraint("thing", models.UniqueConstraint(fields=["name"], name="thing_once")),
    RunPython(RunPython.noop),
    RunSQL("UPDATE identifiers_thing SET name = ''"),
]
HARMLESS = [
    AddField("thing", "size", models.IntegerField(null=True)),
    AddField("thing", "size", models.IntegerField(db_default=0)),
    AlterField("thing", "name", models.CharField("title", max_length=40, choices=[("a", "A")])),
    AlterField("thing", "name", models.CharField(max_length=20, null=True)),
]


@pytest.mark.parametrize("step", BREAKING + LOCKING, ids=lambda step: type(step).__name__)
def test_what_breaks_old_code_or_locks_a_table_is_named(step):
    assert len(keys(step)) == 1


@pytest.mark.parametrize("step", HARMLESS, ids=lambda step: type(step).__name__)
def test_what_old_code_does_not_notice_passes(step):
    assert keys(step) == []


def test_a_table_that_comes_with_the_release_is_free():
    new = CreateModel("Novel", [("id", models.BigAutoField(primary_key=True))])
    assert (
        keys(new, AddField("novel", "size", models.IntegerField(default=0)), RemoveField("novel", "size"))
        == []
    )


def test_an_explanation_is_believed_and_must_be_one():
    step = RemoveField("thing", "note")
    assert keys(step, RemoveField__thing_note="No code reads it since 1.2.") == []
    assert keys(step, RemoveField__thing_note=" ") == ["RemoveField thing.note"]
    assert keys(HARMLESS[0], RemoveField__thing_note="Of another day.") == ["RemoveField thing.note"]


def test_what_runs_beside_the_traffic_stands_alone_and_outside_a_transaction():
    beside = [AddIndexBeside("thing", INDEX), Fill("thing", "note", F("name"))]
    assert keys(*beside, atomic=False) == []
    assert len(keys(*beside)) == 2
    assert keys(*beside, HARMLESS[0], atomic=False) == ["AddField thing.size"]


def test_no_migration_of_this_release_breaks_the_one_before():
    assert rules.faults() == []


def test_what_was_released_still_exists():
    from django.db.migrations.loader import MigrationLoader

    assert rules.released() <= {".".join(key) for key in rules.own_migrations(MigrationLoader(None))}


@pytest.mark.django_db(transaction=True)
def test_an_index_and_a_fill_are_done_undone_and_done_again():
    """Also where no CONCURRENTLY is, and where a fill was broken off."""
    state = before()
    thing = state.apps.get_model("identifiers", "Thing")
    with connection.schema_editor() as editor:
        editor.create_model(thing)
    try:
        thing.objects.bulk_create(thing(name=f"n{number}") for number in range(5))
        thing.objects.filter(name="n1").update(note="kept")
        step = migration(
            AddIndexBeside("thing", INDEX), Fill("thing", "note", F("name"), batch=2), atomic=False
        )
        for _time in range(2):
            with connection.schema_editor(atomic=False) as editor:
                step.apply(before(), editor)
            assert INDEX.name in names_on(thing)
            assert set(thing.objects.values_list("note", flat=True)) == {"n0", "kept", "n2", "n3", "n4"}
            with connection.schema_editor(atomic=False) as editor:
                step.unapply(before(), editor)
            assert INDEX.name not in names_on(thing)
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(thing)


def names_on(model: Any) -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, model._meta.db_table))
