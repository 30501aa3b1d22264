"""What every test may use."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from pytest_django.plugin import blocking_manager_key

from bureau.access import reorganisation
from bureau.access.standing import rights_scope
from bureau.accounts.principals import System
from bureau.charter.models import Charter
from bureau.deadlines.references import load_all
from schools.services.reference import load_districts
from tests.attacks.furnishing import furnish
from tests.cast import Cast, make_cast, the_cast
from tests.databases import Copies, drop_original, is_shared
from tests.ground import GROUND, commits
from tests.snapshots import restored

# Loading and collecting makes millions of objects that all stay: looking for garbage meanwhile tripled the time.
gc.set_threshold(100_000, 50, 100)

LOADER = System("test charter loader")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By the ground they stand on; what commits comes last."""
    items.sort(key=lambda item: (commits(item), GROUND.path_of(item)))


def pytest_collection_finish() -> None:
    """What is loaded now stays: looking through it for garbage again and again took a fifth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Workers beside each other: one migrates, all copy. Their folders lie beside each other in that of the run."""
    if is_shared(request.config):
        connection = connections[DEFAULT_DB_ALIAS]
        copies = Copies(connection, tmp_path_factory.getbasetemp().parent)
        connection.creation.create_test_db = copies.create


def pytest_sessionfinish(session: pytest.Session) -> None:
    """When all workers are done, the database that they copied goes too."""
    config = session.config
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        with config.stash[blocking_manager_key].unblock():
            drop_original(config._tmp_path_factory.getbasetemp())


@pytest.fixture
def ground(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        GROUND.bring(() if commits(request.node) else GROUND.path_of(request.node))


@pytest.fixture
def _django_db_helper(ground: None, _django_db_helper: None) -> None:
    """The ground lies before the transaction of the test begins."""


@pytest.fixture
def charter_jinzhong(db: None) -> Charter:
    """The Jinzhong chart with its eleven districts and the code tables of the school register."""
    _bring("charter_jinzhong")
    return Charter.objects.latest("pk")


def _load_jinzhong() -> None:
    reorganisation.load(reorganisation.read("jinzhong"), by=LOADER)
    for _loader, _loaded in load_all():
        pass
    load_districts()


@pytest.fixture
def cast(charter_jinzhong: Charter) -> Cast:
    """Everybody who ever knocks, with two schools and the rights of the chart."""
    _bring("cast")
    return the_cast()


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    """The cast, two records of every declared kind, letters, a job, an absence."""
    _bring("furnished")
    return cast


@pytest.fixture
def rights_read_once(ground: None) -> Iterator[None]:
    """For tests in which nobody's post changes; each request reads rights anew in a scope of its own.

    It begins when the ground lies: while that is laid, posts are given.
    """
    with rights_scope():
        yield


BUILDERS: dict[str, Callable[[], object]] = {
    "charter_jinzhong": _load_jinzhong,
    "cast": make_cast,
    "furnished": lambda: furnish(the_cast()),
}
_VALUES = {
    "charter_jinzhong": lambda: Charter.objects.latest("pk"),
    "cast": the_cast,
    "furnished": the_cast,
}
for _below, _level in zip(("", *BUILDERS), BUILDERS, strict=False):
    GROUND.built_by(_level, partial(restored, _level, BUILDERS[_level]), on=_below, value=_VALUES[_level])


def _bring(level: str) -> None:
    """By copy, where the test commits and the shared ground is not there."""
    if not GROUND.holds(level):
        restored(level, BUILDERS[level])


# --- The audit refuses DELETE and TRUNCATE, also to the emptying after a test that commits. ---
@pytest.fixture(autouse=True, scope="session")
def audit_triggers_lifted_around_the_emptying():
    from tests.bureau.audit.lifting import lifted_around_the_emptying

    with lifted_around_the_emptying():
        yield
