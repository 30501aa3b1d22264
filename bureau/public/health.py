"""For the machine that watches the portal."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bureau import replica
from bureau.access.views import Open, rule
from bureau.backup import selectors as backups
from bureau.files import scanner, storage
from bureau.jobs import selectors as jobs
from bureau.jobs.models import ScheduleRun

OK, OFF, MISSING, LATE, FULL, BEHIND = "ok", "off", "missing", "late", "full", "behind"
# Without these nobody can be served.
VITAL = ("database", "tables")


@rule(Open())
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@rule(Open())
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Which part is not well, in one word each, and nothing more.

    503 where the database is away or its tables are older than this code. Without Redis the portal still takes
    everything in; only jobs wait. Without the virus scanner new files wait: neither alone is a 503.
    """
    parts = {"database": _database()}
    if parts["database"] == OK:
        parts |= _behind_the_database()
    if settings.REDIS_URL:
        parts["redis"] = _redis()
    parts["scanner"] = OFF if not scanner.is_set() else OK if scanner.answers() else MISSING
    parts["disk"] = _disk()
    well = all(word in (OK, OFF) for word in parts.values())
    is_down = any(parts.get(name, OK) != OK for name in VITAL)
    state = "down" if is_down else "ok" if well else "degraded"
    response = JsonResponse({"state": state, "parts": parts}, status=503 if is_down else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return OK if cursor.fetchone() == (1,) else MISSING
    except DatabaseError:
        return MISSING


def _behind_the_database() -> dict[str, str]:
    asked: dict[str, Callable[[], str]] = {"tables": _tables, "outbox": _outbox, "schedule": _schedule}
    if replica.is_set():
        asked["replica"] = _replica
    if backups.is_watched():
        asked["backup"] = _backup
    return {name: _word(ask) for name, ask in asked.items()}


def _word(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except DatabaseError:  # a table that is not there yet
        return MISSING


class Tables:
    """Whether the tables are those of this code. Once they are, a process need not ask again."""

    def __init__(self) -> None:
        self.are_there = False

    def __call__(self) -> str:
        if not self.are_there:
            executor = MigrationExecutor(connection)
            self.are_there = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return OK if self.are_there else BEHIND


_tables = Tables()


def _outbox() -> str:
    return LATE if jobs.overdue().exists() else OK


def _schedule() -> str:
    """Whether beat still beats. Before its first minute there is nothing to be late for."""
    latest = ScheduleRun.objects.order_by("-slot_at").values_list("created_at", flat=True).first()
    limit = timezone.now() - timedelta(seconds=settings.READY_SCHEDULE_SECONDS)
    return LATE if latest is not None and latest < limit else OK


def _backup() -> str:
    """Whether the last good one is young enough (BACKUP_MAX_AGE_HOURS)."""
    return LATE if backups.is_overdue() else OK


def _replica() -> str:
    return OK if replica.answers() else LATE


def _redis() -> str:
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        return OK if client.ping() else MISSING
    except (redis.RedisError, ValueError):
        return MISSING


def _disk() -> str:
    """Room for attached files; a storage elsewhere has no disk of ours."""
    if not storage.is_local():
        return OFF
    root = Path(settings.FILES_ROOT)
    while not root.exists():
        root = root.parent
    free = shutil.disk_usage(root).free
    return FULL if free < settings.FILES_FREE_MB * storage.MEGABYTE else OK
