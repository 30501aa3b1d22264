"""One test database is migrated in each run; every worker beside the first gets a copy of it.

The migrations run once, as they stand, in the run that tests them: nothing of an earlier run is taken up. Whoever runs
alone, keeps a database (`--reuse-db`) or leaves the migrations out makes its database in the ordinary way.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

DONE = "migrated"


def is_shared(config: pytest.Config) -> bool:
    """Whether this is one of several workers, whose database is neither kept nor made without migrations."""
    alone = config.getoption("reuse_db") or config.getoption("nomigrations")
    return hasattr(config, "workerinput") and not alone


def name_of_original(connection: BaseDatabaseWrapper, folder: Path) -> str:
    """Of the migrated database that the others are copied from: a file of the run, or one name for each server.

    PostgreSQL keeps it where a run was killed; the next one drops it before it makes its own.
    """
    if connection.vendor == "sqlite":
        return str(folder / "original.sqlite3")
    return f"test_{settings.DATABASES[DEFAULT_DB_ALIAS]['NAME']}_original"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One worker of the run at a time."""
    with (folder / "original.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Copies:
    """Makes the test database of one worker: `create` stands in for Django's `create_test_db`."""

    def __init__(self, connection: BaseDatabaseWrapper, folder: Path) -> None:
        self.connection, self.folder = connection, folder
        self.original = name_of_original(connection, folder)
        self.make = connection.creation.create_test_db

    def create(self, **options: Any) -> str:
        """Migrate the original if no worker of this run has done so; copy it. The name of the copy."""
        own = self.connection.creation._get_test_db_name()
        with locked(self.folder):
            if not (self.folder / DONE).exists():
                self._migrate(own, options)
                (self.folder / DONE).touch()
            copy(self.connection, self.original, own)
        self._point_to(own)
        self.connection.ensure_connection()
        return own

    def _migrate(self, own: str, options: dict[str, Any]) -> None:
        test = self.connection.settings_dict["TEST"]
        test["NAME"] = self.original
        try:
            self.make(**options)
        finally:
            test["NAME"] = own
            self.connection.close()  # nobody may be in a database that is copied

    def _point_to(self, name: str) -> None:
        settings.DATABASES[self.connection.alias]["NAME"] = name
        self.connection.settings_dict["NAME"] = name


def copy(connection: BaseDatabaseWrapper, original: str, own: str) -> None:
    """A new database `own` with everything that `original` holds; one of that name goes first."""
    if connection.vendor == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(own + end).unlink(missing_ok=True)
        with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(own)) as target:
            source.backup(target)
        return
    quote = connection.ops.quote_name
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quote(own)}")
        cursor.execute(f"CREATE DATABASE {quote(own)} TEMPLATE {quote(original)}")


def drop_original(folder: Path) -> None:
    """At the end of the run; the file of SQLite goes too, for pytest keeps the folders of the last three runs."""
    connection = connections[DEFAULT_DB_ALIAS]
    if not (folder / DONE).exists():
        return
    name = name_of_original(connection, folder)
    if connection.vendor == "sqlite":
        Path(name).unlink(missing_ok=True)
        return
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)}")
