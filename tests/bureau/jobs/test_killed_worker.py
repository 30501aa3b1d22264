"""A worker killed in the middle leaves no half effect; the sweeper has the job completed, once."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from bureau.access.services import Decision
from bureau.accounts.models import User
from bureau.jobs import draining
from bureau.jobs.models import Job
from bureau.jobs.services import start_job
from tests.bureau.jobs.doomed_worker import three_batches

SCRIPT = Path(__file__).with_name("doomed_worker.py")


def database_url() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    login = f"{found['USER']}:{found['PASSWORD']}" if found["PASSWORD"] else found["USER"]
    return f"postgres://{login}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@pytest.fixture
def killed_half_way(transactional_db, register_job):
    """A job of three batches whose worker was killed in the second."""
    register_job("t.three", three_batches, lambda user, payload: Decision(True))
    owner = User.objects.create_user("liming", name="Li Ming")
    job = start_job("t.three", by=owner, title="Three batches")
    connection.close()
    worker = subprocess.Popen(
        [sys.executable, str(SCRIPT), "wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "bureau.settings.test",
            "PYTHONPATH": str(settings.ROOT),
        },
    )
    assert worker.stdout.readline() == "in the second batch\n"
    worker.kill()
    worker.wait()
    worker.stdin.close()
    worker.stdout.close()
    return job


def test_a_killed_worker_leaves_whole_batches_only(killed_half_way):
    made = User.objects.filter(username__startswith="made").values_list("username", flat=True)
    assert list(made) == ["made0"]


def test_the_sweeper_has_a_killed_job_completed_once(killed_half_way):
    draining.sweep(timezone.now() + timedelta(minutes=6))
    draining.Effect.objects.update(due_at=timezone.now())
    draining.drain()
    job = Job.objects.get(pk=killed_half_way.pk)
    assert (job.status, job.done) == ("done", 3)
    assert User.objects.filter(username__startswith="made").count() == 3


def test_before_its_lease_is_over_nobody_takes_it(killed_half_way):
    assert (draining.sweep(), sum(draining.drain().values())) == (0, 0)
