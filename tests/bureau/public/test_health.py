"""For the machine that watches."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from bureau.jobs.models import ScheduleRun
from bureau.outbox.models import Effect
from bureau.public import health

WELL = {
    "database": "ok",
    "tables": "ok",
    "outbox": "ok",
    "schedule": "ok",
    "scanner": "off",
    "disk": "ok",
}


@pytest.fixture(autouse=True)
def tables_are_there(monkeypatch):
    """The tests' tables are made without migrations; one test below asks for itself."""
    monkeypatch.setattr(health._tables, "are_there", True)


def test_healthz_touches_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert not answer.cookies


@pytest.mark.django_db
def test_readyz_is_well_when_all_parts_are_there(client, settings):
    settings.REDIS_URL = ""
    assert client.get("/readyz").json() == {"state": "ok", "parts": WELL}


@pytest.mark.django_db
def test_tables_older_than_the_code_are_a_503(client, settings, monkeypatch):
    settings.REDIS_URL = ""
    settings.MIGRATION_MODULES = {}  # also where the tests' tables are made without migrations
    monkeypatch.setattr(health._tables, "are_there", False)
    with connection.cursor() as cursor:
        if "django_migrations" in connection.introspection.table_names(cursor):
            cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"state": "down", "parts": {**WELL, "tables": "behind"}},
    )


@pytest.mark.django_db
def test_work_that_should_long_be_done_is_named(client, settings):
    settings.REDIS_URL = ""
    long_ago = timezone.now() - timedelta(hours=1)
    Effect.objects.create(task="notices.send", key="a", due_at=long_ago, payload={"name": "CANARY"})
    run = ScheduleRun.objects.create(name="audit.seal", slot_at=long_ago)
    ScheduleRun.objects.filter(pk=run.pk).update(created_at=long_ago)
    answer = client.get("/readyz")
    late = {**WELL, "outbox": "late", "schedule": "late"}
    assert (answer.status_code, answer.json()) == (200, {"state": "degraded", "parts": late})


@pytest.mark.django_db
def test_what_failed_and_waits_for_its_next_try_is_not_late(client, settings):
    settings.REDIS_URL = ""
    Effect.objects.create(task="notices.send", key="a", due_at=timezone.now() + timedelta(minutes=5))
    assert client.get("/readyz").json()["state"] == "ok"


@pytest.mark.django_db
def test_a_disk_without_room_for_files_is_named(client, settings):
    settings.REDIS_URL = ""
    settings.FILES_FREE_MB = 10**9
    assert client.get("/readyz").json() == {"state": "degraded", "parts": {**WELL, "disk": "full"}}


@pytest.mark.django_db
def test_without_redis_the_portal_is_degraded_and_still_serves(client, settings):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["state"] == "degraded"
    assert answer.json()["parts"]["redis"] == "missing"
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_without_a_database_it_is_down_and_leaks_nothing(client, settings):
    settings.REDIS_URL = ""

    def refuse(execute, sql, params, many, context):
        raise DatabaseError("password authentication failed for user root")

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    parts = {"database": "missing", "scanner": "off", "disk": "ok"}
    assert answer.json() == {"state": "down", "parts": parts}
