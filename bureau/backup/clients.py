"""pg_dump and pg_restore of a version that fits the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from bureau.backup.faults import BackupFault

PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/usr/local/pgsql")
TOLD = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


def find(program: str) -> str:
    """The client of the server's own version, else the next newer one. Raises BackupFault."""
    wanted = int(_server_version()) // 10000
    known = {major: path for path in _candidates(program) if (major := _major(path)) >= wanted}
    if not known:
        raise BackupFault(
            f"No {program} of version {wanted} or newer is installed (postgresql-client-{wanted})."
        )
    return known[min(known)]


def _server_version() -> int:
    connection.ensure_connection()
    return int(connection.pg_version)  # type: ignore[attr-defined]


def _candidates(program: str) -> Iterator[str]:
    for place in PLACES:
        yield from (str(path) for path in sorted(Path(place).glob(f"*/bin/{program}")))
    if path := shutil.which(program):
        yield path


def _major(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\b(\d+)(?:\.|\b)", said)
    return int(found.group(1)) if found else 0


def run(program: str, *words: str) -> None:
    """Run a client against the portal's database. Raises BackupFault with its last line, without any password."""
    told: dict[str, Any] = connection.settings_dict
    options = told.get("OPTIONS") or {}
    environment = {
        **os.environ,
        "PGHOST": str(told["HOST"]),
        "PGPORT": str(told["PORT"] or 5432),
        "PGUSER": str(told["USER"]),
        "PGPASSWORD": str(told["PASSWORD"]),
        "PGDATABASE": str(told["NAME"]),
        **{variable: str(options[name]) for name, variable in TOLD.items() if name in options},
    }
    done = subprocess.run(  # noqa: S603
        [find(program), *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        raise BackupFault(f"{program}: {said[:300]}")
