"""The role of PostgreSQL that the servers use: it reads and writes rows, owns no table and changes none.

Whoever takes over a server then cannot drop a table, switch a trigger off, or touch the audit: that belongs to the
owner, as whom `migrate`, `restore` and nothing else run.
"""

from __future__ import annotations

from django.db import connection, transaction

from bureau.audit import triggers

# A row lock asks for the right to change some column: the trigger refuses the change itself.
LOCKED = ("audit_seal", "number")
ONLY_READ = ("django_migrations",)


class Unfit(Exception):
    """The role would be no bound at all; says why."""


def grant(role: str) -> None:
    """Give `role` what the servers need in the tables of today and take all else; run after each `migrate`.

    Raises Unfit where the role is missing, or has the rights of the owner by another way.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None:
            raise Unfit(f"There is no role {role}: CREATE ROLE {role} LOGIN PASSWORD '…'.")
        cursor.execute("SELECT pg_has_role(%s, current_user, 'MEMBER')", [role])
        if found[0] or cursor.fetchone()[0]:
            raise Unfit(f"{role} may do what the owner may: name a role without special rights.")
        for statement in _statements(connection.ops.quote_name(role)):
            cursor.execute(statement)


def _statements(role: str) -> list[str]:
    closed = ", ".join((*triggers.TABLES, *ONLY_READ))
    table, column = LOCKED
    return [
        f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE ON {closed} FROM {role}",
        f"REVOKE INSERT ON {', '.join(ONLY_READ)} FROM {role}",
        f"GRANT UPDATE ({column}) ON {table} TO {role}",
        f"GRANT EXECUTE ON FUNCTION {triggers.REMOVE}(bigint[]) TO {role}",
    ]
