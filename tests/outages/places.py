"""Empty databases beside the one of the test, and processes that work on them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


def url_of(name: str) -> str:
    """As the test's own database, but called `name`."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    login = f"{found['USER']}:{found['PASSWORD']}" if found["PASSWORD"] else found["USER"]
    return f"postgres://{login}@{found['HOST']}:{found['PORT']}/{name}"


def url_here() -> str:
    return url_of(str(connection.settings_dict["NAME"]))


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The address of a database without a table; gone afterwards."""
    if connection.vendor == "sqlite":
        yield url_of(str(folder / "empty.sqlite3"))
        return
    name = f"portal_drill_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield url_of(name)
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def environment(database: str, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.outages.settings",
        "PYTHONPATH": str(settings.ROOT),
        **more,
    }


def python(*words: str, database: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=settings.ROOT,
        env=environment(database, **more),
        capture_output=True,
        text=True,
        check=False,
    )
