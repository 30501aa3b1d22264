"""One cluster and one web server for all of it: what a test breaks it mends."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outages.places import python
from tests.outages.portal import KEEPER, NAME, ROLE, Portal
from tests.outages.servers import Cluster, Redis, binary


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if binary("initdb") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no initdb here: install PostgreSQL's server")
        pytest.skip("no initdb here")
    with tempfile.TemporaryDirectory(prefix="portal-cluster-") as folder:  # below no folder of ours alone
        found = Cluster(Path(folder) / "data")
        yield found
        found.stop()


@pytest.fixture(scope="session")
def house(cluster: Cluster) -> str:
    """The address of a database with the chart and the cast, asked as a role that owns no table."""
    for role in (KEEPER, ROLE):
        cluster.ask("postgres", f"CREATE ROLE {role} LOGIN")
    cluster.ask("postgres", f"CREATE DATABASE {NAME} OWNER {KEEPER}")
    for words in (("-m", "tests.outages.furnish"), ("manage.py", "database_role")):
        done = python(*words, database=cluster.url(NAME, KEEPER), DATABASE_ROLE=ROLE)
        assert done.returncode == 0, done.stderr[-2000:]
    return cluster.url(NAME, ROLE)


@pytest.fixture(scope="session")
def portal(cluster: Cluster, house: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    redis = Redis()
    redis.start()
    found = Portal(cluster, house, redis, Path(tmp_path_factory.mktemp("portal")))
    try:
        found.start()
        yield found
    finally:
        found.stop()
        redis.kill()
