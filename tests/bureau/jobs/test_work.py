"""`manage.py work` does what is due without Redis, and stops cleanly."""

import os
import signal
import subprocess
import sys
from io import StringIO
from threading import Event

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import OperationalError

from bureau.accounts.principals import PUBLIC
from bureau.audit import refusals
from bureau.audit.models import Event as AuditEvent
from bureau.jobs import draining, working
from bureau.jobs.models import ScheduleRun
from bureau.jobs.schedule import SCHEDULE
from bureau.outbox.services import enqueue
from tests.bureau.jobs.test_killed_worker import database_url


@pytest.mark.django_db
def test_work_once_does_what_is_due_and_says_so(register_task):
    seen = []
    register_task("t.note", seen.append)
    enqueue("t.note")
    out = StringIO()
    call_command("work", "--once", stdout=out)
    assert seen == [{}]
    assert "done" in out.getvalue()


@pytest.mark.django_db
def test_work_once_begins_every_entry_of_the_schedule():
    call_command("work", "--once", stdout=StringIO())
    assert set(ScheduleRun.objects.values_list("name", flat=True)) == set(SCHEDULE.keys())


@pytest.mark.django_db
def test_a_database_that_was_away_is_tried_again(monkeypatch):
    answers = iter([OperationalError("gone"), None])
    stop = Event()

    def tick(limit):
        if fault := next(answers):
            raise fault
        stop.set()
        return {}

    monkeypatch.setattr(working, "tick", tick)
    monkeypatch.setattr(working.connection, "close", lambda: None)
    monkeypatch.setattr(working, "close_old_connections", lambda: None)
    working.work_until(stop, pause=0)
    assert stop.is_set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_worker_cleanly(number):
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "work"],
        cwd=settings.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "bureau.settings.test"},
    )
    started = worker.stdout.readline()
    worker.send_signal(number)
    rest, _errors = worker.communicate()
    assert started.startswith("Working: outbox and ")
    assert (worker.returncode, rest) == (0, "Stopped.\n")


@pytest.mark.django_db
def test_a_refusal_in_a_task_outlives_its_rollback(register_task):
    def refused(payload):
        refusals.note("letters.remind", by=PUBLIC)
        raise PermissionDenied

    register_task("t.refused", refused)
    enqueue("t.refused")
    draining.drain()
    assert AuditEvent.objects.get().refused
