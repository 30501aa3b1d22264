"""Tasks, kinds and entries that exist for one test alone."""

import pytest

from bureau.accounts.models import User
from bureau.jobs.kinds import JOB_KINDS, JobKind
from bureau.jobs.registry import ON_DEAD, TASKS, Task
from bureau.jobs.schedule import SCHEDULE, Entry


@pytest.fixture
def register_task(monkeypatch):
    def register(name, handler=None, **options):
        monkeypatch.setitem(TASKS._entries, name, Task(name, handler=handler, **options))

    return register


@pytest.fixture
def register_job(monkeypatch):
    def register(name, work, check):
        monkeypatch.setitem(JOB_KINDS._entries, name, JobKind(name, "A kind", check, work))

    return register


@pytest.fixture
def only_entry(monkeypatch):
    def register(entry: Entry):
        monkeypatch.setattr(SCHEDULE, "_entries", {entry.name: entry})

    return register


@pytest.fixture
def given_up(monkeypatch):
    seen = []
    monkeypatch.setitem(ON_DEAD._entries, "test", lambda *what: seen.append(what))
    return seen


@pytest.fixture
def person(db):
    return User.objects.create_user("liming", name="Li Ming")
