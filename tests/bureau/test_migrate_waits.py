"""`migrate` in an open house: briefly for a lock, then again, and in the end not at all."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
BEFORE, NEXT = "0001_initial", "0002_queues"  # changes an index of a table that is always read


@pytest.fixture
def one_step_back(settings: Any) -> Iterator[None]:
    settings.MIGRATION_LOCK_SECONDS, settings.MIGRATION_TRIES, settings.MIGRATION_PAUSE_SECONDS = 1, 2, 0
    call_command("migrate", "outbox", BEFORE, verbosity=0)
    yield
    call_command("migrate", "outbox", verbosity=0)


@pytest.fixture
def reader(one_step_back: None) -> Iterator[Any]:
    """Somebody reads what is to do in a transaction that does not end."""
    other = connection.copy()
    other.set_autocommit(False)
    other.cursor().execute("SELECT 1 FROM outbox_effect")
    yield other
    other.close()


class Ending(io.StringIO):
    """Ends the reader's transaction as soon as `migrate` says that it waits."""

    def __init__(self, reader: Any) -> None:
        super().__init__()
        self.reader = reader

    def write(self, text: str) -> int:
        self.reader.rollback()
        return super().write(text)


def is_applied() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations WHERE app = 'outbox' AND name = %s", [NEXT])
        return cursor.fetchone() is not None


def test_it_tries_again_when_the_table_is_free(reader: Any) -> None:
    told = Ending(reader)
    call_command("migrate", "outbox", verbosity=0, stderr=told)
    assert "trying again" in told.getvalue()
    assert is_applied()


def test_it_gives_up_without_a_trace(reader: Any) -> None:
    with pytest.raises(OperationalError):
        call_command("migrate", "outbox", verbosity=0, stderr=io.StringIO())
    reader.rollback()
    assert not is_applied()
    with connection.cursor() as cursor:
        present = connection.introspection.get_constraints(cursor, "outbox_effect")
    assert "outbox_effect_open" in present
