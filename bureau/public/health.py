"""For the machine that watches the portal."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from bureau.access.views import Open, rule
from bureau.files import scanner


@rule(Open())
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@rule(Open())
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether what the portal leans on is there: which part is missing, and nothing more.

    Without Redis the portal still takes everything in; only jobs wait. Without the virus scanner new files
    wait. So neither alone is a 503. "off" says that no scanner is set: files are not checked.
    """
    parts = {"database": _database()}
    if settings.REDIS_URL:
        parts["redis"] = _redis()
    if scanner.is_set():
        parts["scanner"] = scanner.answers()
    words = {"scanner": "off"} | {name: "ok" if is_there else "missing" for name, is_there in parts.items()}
    state = "ok" if all(parts.values()) else "degraded" if parts["database"] else "down"
    response = JsonResponse({"state": state, "parts": words}, status=200 if parts["database"] else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def _redis() -> bool:
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        return bool(client.ping())
    except (redis.RedisError, ValueError):
        return False
