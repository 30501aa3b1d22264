"""What may be read from the copy, when it is, and that nothing is written there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.http import HttpResponse
from django.test import RequestFactory

from bureau import replica
from bureau.access.services import permitted
from bureau.database import SnapshotMiddleware
from bureau.models import DemoMark
from bureau.replica import ReplicaRouter, may_lag, only_reads
from schools.returns.models import FigureTotal


@pytest.fixture
def copy(db, settings, monkeypatch) -> Iterator[str]:
    """A second database with one row of its own, under the alias of the copy; size "copy" tells where one read."""
    here = connections["default"].settings_dict
    entry = {**here, "ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {}}
    second = DatabaseWrapper(entry, "replica")
    second.connect()  # before Django's tests know the alias: they allow no second database
    connections.databases["replica"], connections["replica"] = entry, second
    settings.DATABASE_ROUTERS = ["bureau.replica.ReplicaRouter"]
    monkeypatch.setattr(replica, "_left_alone_until", 0.0)
    with second.schema_editor() as editor:
        editor.create_model(DemoMark)
    columns = {
        "size": "copy",
        "charter": "",
        "password": "",
        "is_complete": False,
        "created_at": "2026-01-01",
    }
    with second.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO bureau_demomark ({', '.join(columns)}) VALUES (%s, %s, %s, %s, %s)",
            list(columns.values()),
        )
    DemoMark.objects.using("default").create(size="first", charter="", password="")
    yield "replica"
    second.close()
    del connections["replica"]
    del connections.databases["replica"]


def where() -> str:
    return DemoMark.objects.get().size


def test_only_what_may_lag_in_a_request_that_only_reads_comes_from_the_copy(copy):
    assert where() == "first"
    with may_lag():
        assert where() == "first"  # nobody said that nothing is written
    with only_reads():
        assert where() == "first"  # rights and records
        with may_lag():
            assert where() == "copy"
        assert where() == "first"


@pytest.mark.parametrize(("method", "seen"), [("get", "copy"), ("head", "copy"), ("post", "first")])
def test_a_request_that_may_write_reads_from_the_first(copy, method, seen):
    def view(request):
        with may_lag():
            return HttpResponse(where())

    answer = SnapshotMiddleware(view)(getattr(RequestFactory(), method)("/"))
    assert answer.content.decode() == seen


def test_nothing_is_written_to_the_copy_and_nothing_migrated_there(copy):
    with only_reads(), may_lag():
        row = DemoMark.objects.get()
        assert row._state.db == "replica"
        DemoMark.objects.create(size="new", charter="", password="")
    assert DemoMark.objects.using("replica").count() == 1
    assert DemoMark.objects.using("default").count() == 2
    router = ReplicaRouter()
    assert router.db_for_write(DemoMark, instance=row) == "default"
    assert (router.allow_migrate("replica", "jobs"), router.allow_migrate("default", "jobs")) == (False, True)


def test_a_copy_that_is_away_or_too_old_is_left_alone_for_a_while(copy, settings, monkeypatch):
    asked = []

    def away(execute, sql, params, many, context):
        asked.append(sql)
        raise DatabaseError("gone")

    with connections["replica"].execute_wrapper(away), only_reads():
        for _again in range(3):
            with may_lag():
                assert where() == "first"
    assert len(asked) == 1
    monkeypatch.setattr(replica, "_left_alone_until", 0.0)
    settings.DATABASE_REPLICA_LAG_SECONDS = -1
    with only_reads(), may_lag():
        assert where() == "first"


@pytest.mark.postgres
def test_the_question_for_the_lag_is_one_that_postgresql_understands(db):
    with connections["default"].cursor() as cursor:
        cursor.execute(replica.LAG)
        assert cursor.fetchone()[0] == 0  # no copy, never old


def test_the_sums_of_returns_carry_their_rights_with_them(cast):
    """What `may_lag()` evaluates asks the copy for sums alone: who may see which was found out before."""
    for user in (cast.bureau_leader, cast.district_reviewer):
        tables = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', str(permitted(user, "view", FigureTotal).query)))
        assert tables <= {
            "schools_figuretotal",
            "schools_form",
            "schools_district",
        }  # no membership, no grant
