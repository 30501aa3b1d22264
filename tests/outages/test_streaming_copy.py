"""Figures from a streaming copy of PostgreSQL: read there, never older than allowed, missed by nobody."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.outages.places import python
from tests.outages.portal import KEEPER, NAME
from tests.outages.servers import Cluster, StreamingCopy, until

pytestmark = pytest.mark.postgres

# One request that only reads: how many marks it finds inside `may_lag()` and outside, and what `/readyz` says.
ASK = """
import django, json
django.setup()
from django.test import Client
from bureau.models import DemoMark
from bureau.replica import may_lag, only_reads
with only_reads():
    with may_lag():
        inside = DemoMark.objects.count()
    outside = DemoMark.objects.count()
parts = Client().get("/readyz").json()["parts"]
print(json.dumps([inside, outside, parts["replica"]]))
"""
MARK = (
    "INSERT INTO bureau_demomark (size, charter, password, is_complete, created_at) "
    "VALUES ('small', '', '', false, now())"
)


@pytest.fixture
def copy(cluster: Cluster, house: str) -> Iterator[StreamingCopy]:
    with tempfile.TemporaryDirectory(prefix="portal-copy-") as folder:
        found = StreamingCopy(Path(folder) / "data", first=cluster)
        yield found
        found.stop()
    cluster.ask(NAME, "DELETE FROM bureau_demomark")


def asked(house: str, copy: StreamingCopy, *, seconds: int = 120) -> list[object]:
    more = {"DATABASE_REPLICA_URL": copy.url(NAME, KEEPER), "DATABASE_REPLICA_LAG_SECONDS": str(seconds)}
    done = python("-c", ASK, database=house, **more)
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[object] = json.loads(done.stdout)
    return found


def test_figures_come_from_the_copy_and_from_the_first_where_it_is_late_or_away(
    house: str, cluster: Cluster, copy: StreamingCopy
) -> None:
    cluster.ask(NAME, MARK)
    until(lambda: copy.has(NAME, "SELECT count(*) = 1 FROM bureau_demomark"), "the copy follows")
    assert asked(house, copy) == [1, 1, "ok"]

    copy.ask(NAME, "SELECT pg_wal_replay_pause()")
    until(
        lambda: copy.has(NAME, "SELECT pg_get_wal_replay_pause_state() = 'paused'"), "the copy stands still"
    )
    cluster.ask(NAME, MARK)
    assert asked(house, copy) == [1, 2, "ok"]  # so it is the copy that is read
    assert asked(house, copy, seconds=0) == [2, 2, "late"]

    copy.ask(NAME, "SELECT pg_wal_replay_resume()")
    until(lambda: copy.has(NAME, "SELECT count(*) = 2 FROM bureau_demomark"), "the copy catches up")
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        copy.ask(NAME, MARK)

    copy.stop()
    assert asked(house, copy) == [2, 2, "late"]
    copy.start()  # for whoever ends it
