"""The ground that most tests stand on, laid once and shared: each test starts from it and leaves it as it was.

Levels lie one above the other, each in a savepoint: the chart, the cast on it, the furnished house on that. A test
names the level by its fixture; the tests are sorted by level, so that little is laid twice. A file of tests lays a
further level of its own with `laid_on`. A test that commits (transactional, live server) gets an empty database and
brings its rows by copy (`tests.snapshots`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import translation

COMMITS = frozenset({"transactional_db", "live_server", "django_db_reset_sequences"})
Path = tuple[str, ...]  # names of levels, the lowest first


def commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    asked = bool(mark and (mark.kwargs.get("transaction") or mark.args[:1] == (True,)))
    return asked or not COMMITS.isdisjoint(getattr(item, "fixturenames", ()))


class Ground:
    """The levels that lie in the database now."""

    def __init__(self) -> None:
        self._open: list[tuple[str, transaction.Atomic]] = []
        self._where = connections[DEFAULT_DB_ALIAS]
        self._paths: dict[str, Path] = {}
        self._builders: dict[str, Callable[[], object]] = {}
        self._values: dict[str, Callable[[], Any]] = {}

    def built_by(
        self,
        level: str,
        build: Callable[[], object],
        *,
        on: str = "",
        value: Callable[[], Any] | None = None,
    ) -> None:
        """How a level is laid, and on which. Tests get its `value`, else a copy of what `build` returned."""
        self._paths[level] = (*self._paths.get(on, ()), level)
        self._builders[level] = build
        if value is not None:
            self._values[level] = value

    def path_of(self, item: pytest.Item) -> Path:
        """The levels the test stands on: none for an empty database."""
        file = getattr(getattr(item, "module", None), "__name__", "")
        names = {part for name in getattr(item, "fixturenames", ()) for part in (name, f"{file}:{name}")}
        return max((self._paths[name] for name in sorted(names & self._paths.keys())), key=len, default=())

    def holds(self, level: str) -> bool:
        return any(name == level for name, _atomic in self._open)

    def knows(self, level: str) -> bool:
        return level in self._paths

    def value(self, level: str) -> Any:
        return self._values[level]()

    def bring(self, path: Path) -> None:
        """Lay what is missing, take up what is in the way."""
        here = connections[DEFAULT_DB_ALIAS]
        if self._open and (self._where is not here or here.closed_in_transaction or not here.in_atomic_block):
            self._forget()
        self._where = here
        while tuple(name for name, _atomic in self._open) != path[: len(self._open)]:
            self._take_up()
        for level in path[len(self._open) :]:
            self._lay(level)

    def _lay(self, level: str) -> None:
        atomic = transaction.atomic()
        atomic._from_testcase = True  # durable blocks inside a test stay possible
        atomic.__enter__()
        self._open.append((level, atomic))
        try:
            self._builders[level]()
        except BaseException:
            self._take_up()  # nobody stands on half a level
            raise

    def _take_up(self) -> None:
        transaction.set_rollback(True)
        self._open.pop()[1].__exit__(None, None, None)

    def _forget(self) -> None:
        """Give up a connection that a test closed, or that is another's now: a browser's loop has its own."""
        self._open.clear()
        self._where.in_atomic_block = self._where.closed_in_transaction = self._where.needs_rollback = False
        self._where.savepoint_ids.clear()
        self._where.atomic_blocks.clear()
        self._where.close()

    def keep(self, level: str, build: Callable[..., Any]) -> None:
        """Lay a level by `build`, with the values of those below; each test gets a copy of what it returned."""
        file = level.partition(":")[0]
        below = {name: f"{file}:{name}" for name in inspect.signature(build).parameters}
        with translation.override("en"):
            given = {name: self.value(own if own in self._values else name) for name, own in below.items()}
            found = build(**given)
        self._values[level] = lambda: deepcopy(found)


GROUND = Ground()


def laid_on(base: str) -> Callable[[Callable[..., Any]], Any]:
    """A fixture whose rows are laid once, on the level `base`, for all tests of the file that name it.

    Its parameters are levels themselves. In a test that commits, or that stands elsewhere, it builds its rows anew.
    """

    def declare(build: Callable[..., Any]) -> Any:
        level = f"{build.__module__}:{build.__name__}"

        def brought(**below: Any) -> Any:
            return GROUND.value(level) if GROUND.holds(level) else build(**below)

        brought.__name__, brought.__doc__ = build.__name__, build.__doc__
        brought.__signature__ = inspect.signature(build)  # type: ignore[attr-defined]
        own = f"{build.__module__}:{base}"
        on = own if GROUND.knows(own) else base
        GROUND.built_by(level, lambda: GROUND.keep(level, build), on=on)
        return pytest.fixture(brought)

    return declare
