"""What a stretch of a test changed, told without reading every table twice.

A table is read before the first statement that writes into it, and once more at the end. Before a statement that does
not say where it writes, all tables are read. PostgreSQL counts the rows written in a transaction: what was written
past the statements, by COPY or by a trigger, is told by that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import closing
from typing import Any

from django.apps import apps
from django.db import connection

WRITES = re.compile(
    r'\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?\s', re.IGNORECASE
)
READS = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK\s+TO|SET|SHOW|PRAGMA|EXPLAIN)\b", re.IGNORECASE)


class Watch:
    """The tables as they are now; `leaving` names models that are not looked at."""

    def __init__(self, leaving: frozenset[str]) -> None:
        self.tables = {
            model._meta.db_table: model._meta.label_lower
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and model._meta.label_lower not in leaving
        }
        self.before: dict[str, str] = {}  # table → digest
        self.counted = _written()
        # The block of the test itself, not one within it: the watch ends with that.
        self._test = next((one for one in reversed(connection.atomic_blocks) if one._from_testcase), None)
        if self._test is None:  # a test that commits: others may write as well
            self._read(self.tables)
        else:
            connection.execute_wrappers.append(self._look)

    def changed(self) -> dict[str, tuple[str, str]]:
        """Model → (digest before, digest now)."""
        found = {}
        for table, before in self.before.items():
            now = digest(table)
            if now != before:
                found[self.tables[table]] = (before, now)
        for table, number in _written().items():
            if table in self.tables and table not in self.before and number != self.counted.get(table, 0):
                found[self.tables[table]] = ("not read", f"{number} rows written past every statement")
        return found

    def _look(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if self._test not in connection.atomic_blocks:
            connection.execute_wrappers.remove(self._look)
        else:
            self._read(self._written_by(str(sql)))
        return execute(sql, params, many, context)

    def _written_by(self, sql: str) -> Any:
        if READS.match(sql):
            return ()
        named = WRITES.match(sql)
        return self.tables if named is None else {named[1]} & self.tables.keys()

    def _read(self, tables: Any) -> None:
        for table in tables:
            if table not in self.before:
                self.before[table] = digest(table)


def digest(table: str) -> str:
    """Number and digest of the rows, asked past Django: tests count the queries of a page."""
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    with connection.wrap_database_errors, closing(connection.connection.cursor()) as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        # PostgreSQL hands bytes over as views, which say where they lie and not what is in them.
        lines = sorted(repr([_plain(value) for value in row]) for row in cursor.fetchall())
    return f"{len(lines)} {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:16]}"


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _written() -> dict[str, int]:
    """Table → rows that this transaction wrote so far, also what it took back. SQLite does not count by table."""
    if connection.vendor != "postgresql":
        return {}
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())
