"""Behind a real pgbouncer with transaction pooling and a single connection to PostgreSQL."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from deploy.stack import free_port
from tests.bureau.settings.test_production import run

pytestmark = [pytest.mark.postgres, pytest.mark.tool("pgbouncer")]

PLAN = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
"""


@pytest.fixture
def pooled_url(db, tmp_path: Path) -> Iterator[str]:
    here, own = connection.settings_dict, free_port()
    plan = tmp_path / "pgbouncer.ini"
    plan.write_text(
        PLAN.format(
            host=here["HOST"],
            port=here["PORT"] or 5432,
            user=here["USER"],
            password=here["PASSWORD"] or "none",
            own=own,
        )
    )
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    process = subprocess.Popen([program, "-q", "-u", "nobody", str(plan)])
    try:
        while process.poll() is None and not listens(own):
            pass
        yield f"postgres://anybody@127.0.0.1:{own}/{here['NAME']}"
    finally:
        process.terminate()
        process.wait(20)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


SCRIPT = """
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from bureau.database import snapshot
from bureau.jobs.aside import telling

def shown(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]

before = shown("lock_timeout")
rows = ContentType.objects.order_by("pk").iterator(chunk_size=5)
first = next(rows)
print("between", ContentType.objects.count() > 10)
print("all", 1 + sum(1 for _row in rows) == ContentType.objects.count())
with snapshot():
    print("inside", shown("transaction_isolation"))
print("after", shown("transaction_isolation"))
with telling(0) as tell:
    tell(1, 2)
print("left behind", shown("lock_timeout") != before)
"""


def test_the_portal_works_behind_it_and_leaves_no_setting_behind(pooled_url):
    done = run(["shell", "--no-imports", "-c", SCRIPT], DATABASE_URL=pooled_url, DATABASE_POOLED="true")
    assert done.stdout.splitlines() == [
        "between True",
        "all True",
        "inside repeatable read",
        "after read committed",
        "left behind False",
    ], done.stderr


def test_without_the_setting_it_is_refused_at_once(pooled_url):
    done = run(["shell", "--no-imports", "-c", SCRIPT], DATABASE_URL=pooled_url)
    assert "unsupported startup parameter" in done.stderr
