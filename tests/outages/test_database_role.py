"""The servers work as a role that owns no table: people notice nothing, and the audit is out of its reach."""

from __future__ import annotations

from typing import Any

import psycopg2
import pytest

from tests.outages.furnish import PASSWORD
from tests.outages.places import python
from tests.outages.portal import KEEPER, NAME, ROLE, Portal
from tests.outages.servers import Browser, Cluster

pytestmark = pytest.mark.postgres
DENIED, APPEND_ONLY = "42501", "P0001"

CHANGES = [
    "UPDATE audit_event SET action = 'nothing'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event CASCADE",
    "DELETE FROM audit_seal",
    "UPDATE audit_seal SET digest = ''",
    "UPDATE audit_purge SET by_name = ''",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_event_no_delete ON audit_event",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
    "SET session_replication_role = replica",
    "DROP TABLE office_letter CASCADE",
    "ALTER TABLE office_letter ADD COLUMN x int",
    "CREATE TABLE mine (x int)",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('office', '9999', now())",
    f"SET ROLE {KEEPER}",
]


def refused(cluster: Cluster, statement: str) -> str:
    """The state with which PostgreSQL refuses it; empty where it does not."""
    connection: Any = cluster.connect(NAME, ROLE)
    try:
        connection.cursor().execute(statement)
    except psycopg2.Error as error:
        return str(error.pgcode)
    finally:
        connection.close()
    return ""


@pytest.mark.parametrize("statement", CHANGES)
def test_tables_and_audit_are_out_of_reach(statement: str, house: str, cluster: Cluster) -> None:
    assert refused(cluster, statement) == DENIED


def test_what_the_role_must_hold_for_locks_and_for_the_purge_changes_nothing(portal: Portal) -> None:
    portal.send_letter()
    seal = python("-c", SEAL, database=portal.database)
    assert seal.returncode == 0, seal.stderr[-2000:]
    assert portal.count("audit_seal") > 0
    assert refused(portal.cluster, "UPDATE audit_seal SET number = number + 1") == APPEND_ONLY
    all_rows = "SELECT audit_remove(array_agg(id)) FROM audit_event"
    assert refused(portal.cluster, all_rows) == APPEND_ONLY
    verified = python("manage.py", "audit", "verify", database=portal.database)
    assert verified.returncode == 0, verified.stdout + verified.stderr[-2000:]


def test_letters_desk_and_work_behind_run_as_this_role(portal: Portal) -> None:
    code = portal.send_letter()
    assert code
    clerk = Browser(portal.address)
    clerk.get("/account/login/")
    assert clerk.post("/account/login/", {"login": "office_clerk", "password": PASSWORD}).status_code == 200
    page = clerk.get("/desk/office/letters/")
    assert (page.status_code, b"Bus stop" in page.content) == (200, True)
    portal.tick()
    portal.until_all_is_done()
    assert portal.count("outbox_effect", "status = 'dead'") == 0
    assert portal.count("audit_event") > 0
    owners = f"SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = '{ROLE}'"
    assert portal.ask(owners) == [(0,)]


def test_a_role_that_is_the_owner_or_nobody_is_refused(house: str, cluster: Cluster) -> None:
    for role in (KEEPER, "owner", "stranger"):
        done = python("manage.py", "database_role", database=cluster.url(NAME, KEEPER), DATABASE_ROLE=role)
        assert done.returncode == 1
        assert role in done.stderr


SEAL = "import django; django.setup(); from bureau.audit.sealing import seal; seal()"
