"""A database of its own for a run: made, used, dropped. Never the one in DATABASE_URL itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

# Two runs at once do not meet.
NAME = f"portal_bench_{os.getpid()}"
# Benchmarks that run on SQLite as well.
ON_EITHER = {"letters", "public_pages"}
_KEPT: dict[str, Any] = {}  # open connections by name of the database


class WithoutMigrations:
    """The tables as the models have them now: a tenth of the time, and the same tables."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def start(names: Sequence[str] = ()) -> None:
    """Set Django up on PostgreSQL. Call it before anything of the portal is imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings.test")
    url = os.environ.get("DATABASE_URL", "")
    either = url.startswith("sqlite:") and set(names) <= ON_EITHER and names
    if not either and not url.startswith(("postgres://", "postgresql://")):
        sys.exit(
            "Set DATABASE_URL to a PostgreSQL server; the benchmarks make a database of their own there."
        )
    import django
    from django.conf import settings

    settings.MIGRATION_MODULES = WithoutMigrations()
    django.setup()


@contextlib.contextmanager
def own_database() -> Iterator[None]:
    """The portal's tables in an empty database beside the named one, dropped at the end."""
    from django.core.management import call_command
    from django.db import connection

    server = str(connection.settings_dict["NAME"])
    mine = _beside(server, NAME)
    _make(mine, server)
    connection.close()
    connection.settings_dict["NAME"] = mine
    try:
        with open(os.devnull, "w") as silent:
            call_command("migrate", verbosity=0, run_syncdb=True, interactive=False, stdout=silent)
        yield
    finally:
        _drop(mine, server)


@contextlib.contextmanager
def another(name: str) -> Iterator[dict[str, Any]]:
    """An empty database beside the one in use, as Django's settings of it; dropped at the end."""
    from django.db import connection

    here = in_use()
    other = _beside(here, name)
    _make(other, here)
    known = ("ENGINE", "USER", "PASSWORD", "HOST", "PORT")
    try:
        yield {"NAME": other, **{key: connection.settings_dict.get(key, "") for key in known}}
    finally:
        _drop(other, here)


@contextlib.contextmanager
def copied() -> Iterator[str]:
    """A copy of the database in use, by name; dropped at the end."""
    here = in_use()
    copy = _beside(here, f"{NAME}_copy")
    _make(copy, here, of=here)
    try:
        yield copy
    finally:
        _drop(copy, here)


@contextlib.contextmanager
def used(name: str) -> Iterator[None]:
    """Ask that database meanwhile, over a connection of its own that stays open: both are equally warm."""
    from django.db import connections

    before = connections["default"]
    if name not in _KEPT:
        _KEPT[name] = before.copy()
        _KEPT[name].settings_dict = {**before.settings_dict, "NAME": name}
    connections["default"] = _KEPT[name]
    try:
        yield
    finally:
        connections["default"] = before


def in_use() -> str:
    from django.db import connection

    return str(connection.settings_dict["NAME"])


def _beside(server: str, name: str) -> str:
    """On SQLite a file in the same folder."""
    from django.db import connection

    return name if connection.vendor == "postgresql" else f"{os.path.dirname(server)}/{name}.sqlite3"


def _make(name: str, server: str, of: str = "") -> None:
    from django.db import connection

    if connection.vendor != "postgresql":
        connection.close()
        if of:
            shutil.copyfile(of, name)
        return
    template = f" TEMPLATE {of}" if of else ""
    _server(f"DROP DATABASE IF EXISTS {name}", "postgres")
    _server(f"CREATE DATABASE {name}{template}", "postgres")
    connection.settings_dict["NAME"] = server


def _drop(name: str, server: str) -> None:
    from django.db import connection

    if name in _KEPT:
        _KEPT.pop(name).close()
    if connection.vendor == "postgresql":
        _server(f"DROP DATABASE IF EXISTS {name}", "postgres")
    else:
        connection.close()
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(name + ending):
                os.remove(name + ending)
    connection.settings_dict["NAME"] = server


def _server(act: str, name: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    with connection.cursor() as cursor:
        cursor.execute(act)
    connection.close()


def without_name(url: str) -> str:
    """The server's address without user and database, for the report."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.hostname or "", "", "", ""))
