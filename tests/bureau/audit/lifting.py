"""Tests that commit leave rows behind; taking them away is what the audit's triggers refuse: lifted here alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.test import TransactionTestCase

from bureau.audit import triggers

# Made once by `migrate` and the same for every test: making them anew took most of the time of a test that commits.
KEPT = frozenset({"django_content_type", "auth_permission"})


def lift() -> None:
    """Drop the triggers; `migrate` and the end of a test that commits put them back."""
    with connection.cursor() as cursor:
        for table, name in triggers.names(connection.vendor):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def filled_tables() -> list[str]:
    """Names, quoted, of the tables that hold a row, but for the kept ones."""
    names = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})"
        for name in sorted(names)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [connection.ops.quote_name(name) for (name,) in cursor.fetchall()]


def empty_tables() -> None:
    """References are checked at the end of the transaction, whatever the order of the tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name in filled_tables():
            cursor.execute(f"DELETE FROM {name}")


@contextmanager
def lifted_around_the_emptying() -> Iterator[None]:
    flush = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        lift()
        try:
            empty_tables()
        finally:
            triggers.install(connection)

    TransactionTestCase._fixture_teardown = teardown
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = flush
