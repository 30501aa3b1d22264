"""The word index of each database, over the same tokens: GIN on PostgreSQL, FTS5 on SQLite.

Both are installed after every migrate and are safe to install again; neither splits or changes a token. PostgreSQL
keeps the words of an entry in a column of its own: made anew for each row that is looked at, they would cost more
than the search.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, TextField

TABLE = "search_searchentry"
WORDS = "search_words"

_POSTGRES = [
    f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS words tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED",
    f"CREATE INDEX IF NOT EXISTS {WORDS} ON {TABLE} USING gin (words)",
    # The words and texts of a document (a row above 2 kB) stand beside the table, so that a thousand hits lie on a few
    # pages of it. Short rows stay whole. Rows from before follow when they are written again.
    f"ALTER TABLE {TABLE} SET (toast_tuple_target = 128)",
]
_REMOVE = f"INSERT INTO {WORDS}({WORDS}, rowid, tokens) VALUES ('delete', old.id, old.tokens);"  # noqa: S608
_ADD = f"INSERT INTO {WORDS}(rowid, tokens) VALUES (new.id, new.tokens);"  # noqa: S608
# Tokens are letters, digits and Chinese characters; "ascii" keeps every other sign of Unicode whole.
_SQLITE = [
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS} USING fts5(tokens, content='{TABLE}', content_rowid='id',"
    " tokenize='ascii', detail=none)",
    f"CREATE TRIGGER IF NOT EXISTS {WORDS}_insert AFTER INSERT ON {TABLE} BEGIN {_ADD} END",
    f"CREATE TRIGGER IF NOT EXISTS {WORDS}_delete AFTER DELETE ON {TABLE} BEGIN {_REMOVE} END",
    f"CREATE TRIGGER IF NOT EXISTS {WORDS}_update AFTER UPDATE OF tokens ON {TABLE} BEGIN {_REMOVE} {_ADD} END",
]


def install(connection: BaseDatabaseWrapper) -> None:
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in _POSTGRES if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def rebuild_words(connection: BaseDatabaseWrapper) -> None:
    """Make SQLite's word index anew from the rows; PostgreSQL keeps its own right."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {WORDS}({WORDS}) VALUES ('rebuild')")  # noqa: S608


@TextField.register_lookup
class HasTokens(Lookup):
    """`tokens__has_tokens=(("教育", False), ("yu", True))`: all of them, True for the beginning of one."""

    lookup_name = "has_tokens"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        # The text is built from letters and digits alone, quoted all the same.
        query = " & ".join(f"'{_escaped(token)}'{':*' if is_start else ''}" for token, is_start in self.rhs)
        words = column.replace('"tokens"', '"words"')
        return f"{words} @@ %s::tsquery", [*params, query]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        key = column.replace('"tokens"', '"id"')
        query = " AND ".join(f'"{token}"{" *" if is_start else ""}' for token, is_start in self.rhs)
        found = f"{key} IN (SELECT rowid FROM {WORDS} WHERE {WORDS} MATCH %s)"  # noqa: S608
        return found, [*params, query]


def _escaped(token: str) -> str:
    return token.replace("\\", "\\\\").replace("'", "''")
