"""For the machine that watches."""

import pytest
from django.db import DatabaseError, connection


def test_healthz_touches_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert not answer.cookies


@pytest.mark.django_db
def test_readyz_is_well_when_all_parts_are_there(client, settings):
    settings.REDIS_URL = ""
    assert client.get("/readyz").json() == {"state": "ok", "parts": {"database": "ok", "scanner": "off"}}


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
    assert answer.json() == {"state": "down", "parts": {"database": "missing", "scanner": "off"}}
