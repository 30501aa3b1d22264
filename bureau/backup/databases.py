"""The database out of the portal, and into an empty one: PostgreSQL and SQLite."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import AutoField, Max

from bureau.backup import clients
from bureau.backup.faults import BackupFault
from bureau.backup.manifest import create

FILE = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}


@contextmanager
def moment() -> Iterator[str]:
    """One moment, for the dump and for everything that is counted beside it; yields its name for pg_dump."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            yield ""  # the transaction holds the lock of the one writer
            return
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # pg_dump may take its time
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def dump(folder: Path, snapshot: str) -> Path:
    path = folder / FILE[connection.vendor]
    if connection.vendor == "postgresql":
        create(path).close()
        clients.run(
            "pg_dump",
            *("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}"),
        )
        clients.run("pg_restore", "--list", "--file=/dev/null", str(path))
    else:
        create(path).close()
        _copy_sqlite(path)
    return path


def _copy_sqlite(path: Path) -> None:
    """Over a connection of its own, which reads what is committed: ours holds the lock, so nobody writes."""
    source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
    target = sqlite3.connect(path)
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("PRAGMA ignore_check_constraints=ON")  # they may call functions that Django brings
        (said,) = target.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise BackupFault(f"The database could not be copied: {error}") from error
    finally:
        target.close()
        source.close()
    if said != "ok":
        raise BackupFault("The database itself is damaged: “PRAGMA integrity_check” says where.")


def load(path: Path) -> None:
    """Into an empty database: whole or not at all."""
    if connection.vendor == "postgresql":
        clients.run(
            "pg_restore",
            *("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"),
            f"--dbname={connection.settings_dict['NAME']}",
            str(path),
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    else:
        target = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{target}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(path, target)
        target.chmod(0o600)


def is_empty() -> bool:
    return not connection.introspection.table_names()


def server() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
        )
        return str(cursor.fetchone()[0])


def counts() -> dict[str, int]:
    """Rows of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = int(cursor.fetchone()[0])
    return found


def migrations() -> list[str]:
    """Those that the database has seen, as `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def lagging_sequences() -> list[str]:
    """Tables whose next number is taken already."""
    if connection.vendor != "postgresql":
        return []  # SQLite counts on from the largest by itself
    found = []
    present = set(connection.introspection.table_names())
    for model in apps.get_models(include_auto_created=True):
        field = model._meta.pk
        if isinstance(field, AutoField) and model._meta.managed and model._meta.db_table in present:
            largest = model._base_manager.order_by().aggregate(largest=Max("pk"))["largest"]
            if largest and _last_number(model._meta.db_table, str(field.column)) < largest:
                found.append(model._meta.db_table)
    return found


def _last_number(table: str, column: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)", [table, column]
        )
        return int(cursor.fetchone()[0] or 0)
