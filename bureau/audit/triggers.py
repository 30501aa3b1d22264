"""What makes the audit append-only: triggers that refuse, on both databases.

Only a purge passes: a DELETE of an event that is sealed, past its term, and named by a row of `audit_purge`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("audit_event", "audit_seal", "audit_purge")
REMOVE = "audit_remove"  # the function by which a role without the right to delete purges
SHORTEST_TERM = 180  # days; Cybersecurity Law, article on logs: six months

_PURGED = """EXISTS (
    SELECT 1 FROM audit_purge p JOIN audit_seal s ON s.number BETWEEN p.first_seal AND p.last_seal
    WHERE OLD.id BETWEEN s.first AND s.last)"""


def term_days() -> int:
    """How long an event is kept: the setting, but never less than the law asks."""
    return max(int(settings.AUDIT_TERM_DAYS), SHORTEST_TERM)


def names(vendor: str) -> list[tuple[str, str]]:
    """(table, trigger) of every trigger that must be there."""
    acts = ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")
    return [(table, f"{table}_no_{act}") for table in TABLES for act in acts]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place, new; safe to run again."""
    present = set(connection.introspection.table_names())
    if not present.issuperset(TABLES):
        return
    statements = _postgres() if connection.vendor == "postgresql" else _sqlite()
    # At once, so that at no moment one is missing.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that should be there and are not."""
    if not set(connection.introspection.table_names()).issuperset(TABLES):
        return []
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {row[0] for row in cursor.fetchall()}
    return [name for _table, name in names(connection.vendor) if name not in found]


def _sqlite() -> list[str]:
    statements = []
    for table, name in names("sqlite"):
        act = name.rsplit("_", 1)[1].upper()
        when = ""
        if (table, act) == ("audit_event", "DELETE"):
            when = f"WHEN NOT (OLD.at < datetime('now', '-{term_days()} days') AND {_PURGED})"
        statements.append(f"DROP TRIGGER IF EXISTS {name}")
        statements.append(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    return statements


def _postgres() -> list[str]:
    statements = [
        """CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
        f"""CREATE OR REPLACE FUNCTION audit_refuse_unless_purged() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.at < now() - interval '{term_days()} days' AND {_PURGED} THEN RETURN OLD; END IF;
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END $$""",
        # It runs as the owner of the tables; the trigger still refuses what may not be purged.
        """CREATE OR REPLACE FUNCTION audit_remove(ids bigint[]) RETURNS bigint LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE removed bigint;
        BEGIN
            DELETE FROM audit_event WHERE id = ANY(ids);
            GET DIAGNOSTICS removed = ROW_COUNT;
            RETURN removed;
        END $$""",
        f"REVOKE EXECUTE ON FUNCTION {REMOVE}(bigint[]) FROM PUBLIC",
    ]
    for table, name in names("postgresql"):
        act = name.rsplit("_", 1)[1].upper()
        purgeable = (table, act) == ("audit_event", "DELETE")
        function = "audit_refuse_unless_purged" if purgeable else "audit_refuse"
        each = "STATEMENT" if act == "TRUNCATE" else "ROW"
        statements.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        statements.append(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
        )
        statements.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return statements
