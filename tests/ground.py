"""The ground that most tests stand on, laid once and shared: each test starts from it and leaves it as it was.

Levels lie one above the other, each in a savepoint: the chart, the cast on it, the furnished house on that. A test
names the level by its fixture; the tests are sorted by level, so that little is laid twice. A test that commits
(transactional, live server) gets an empty database and brings its rows by copy (`tests.snapshots`).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DEFAULT_DB_ALIAS, connections, transaction

LEVELS = ("charter_jinzhong", "cast", "furnished")  # names of fixtures, lowest first
COMMITS = frozenset({"transactional_db", "live_server", "django_db_reset_sequences"})


def level_of(item: pytest.Item | pytest.FixtureRequest) -> int:
    """How many levels the test stands on: 0 for an empty database."""
    names: list[str] = getattr(item, "fixturenames", [])
    return max((number for number, name in enumerate(LEVELS, 1) if name in names), default=0)


def commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    asked = bool(mark and (mark.kwargs.get("transaction") or mark.args[:1] == (True,)))
    return asked or not COMMITS.isdisjoint(getattr(item, "fixturenames", ()))


class Ground:
    """The levels that lie in the database now."""

    def __init__(self) -> None:
        self._open: list[transaction.Atomic] = []
        self._where = connections[DEFAULT_DB_ALIAS]
        self._builders: dict[str, Callable[[], object]] = {}

    def built_by(self, level: str, build: Callable[[], object]) -> None:
        self._builders[level] = build

    def holds(self, level: str) -> bool:
        return LEVELS.index(level) < len(self._open)

    def bring(self, levels: int) -> None:
        """Lay what is missing, take up what is too much."""
        here = connections[DEFAULT_DB_ALIAS]
        if self._open and (self._where is not here or here.closed_in_transaction or not here.in_atomic_block):
            self._forget()
        self._where = here
        while len(self._open) > levels:
            self._take_up()
        while len(self._open) < levels:
            self._lay(LEVELS[len(self._open)])

    def _lay(self, level: str) -> None:
        atomic = transaction.atomic()
        atomic._from_testcase = True  # durable blocks inside a test stay possible
        atomic.__enter__()
        self._open.append(atomic)
        self._builders[level]()

    def _take_up(self) -> None:
        transaction.set_rollback(True)
        self._open.pop().__exit__(None, None, None)

    def _forget(self) -> None:
        """Give up a connection that a test closed, or that is another's now: a browser's loop has its own."""
        self._open.clear()
        self._where.in_atomic_block = self._where.closed_in_transaction = self._where.needs_rollback = False
        self._where.savepoint_ids.clear()
        self._where.atomic_blocks.clear()
        self._where.close()


GROUND = Ground()
