"""A Celery worker, with tasks that a test may hold, break and count."""

import os
import sys
from pathlib import Path

import django

from bureau.jobs.registry import task
from bureau.outbox.queues import BULK, PUBLIC

TOLD = Path(os.environ.get("PORTAL_TOLD", "/nonexistent"))


@task("t.held", tries=3)
def held(payload):
    """Says that it runs, then waits for the file that lets it go on; what it writes commits at the end."""
    from bureau.accounts.models import User

    User.objects.create_user(payload["name"], name="Held")
    with TOLD.open("a") as out:
        out.write(f"began {payload['name']} {os.getpid()}\n")
    while not Path(f"{TOLD}.{payload['name']}").exists():
        os.sched_yield()


@task("t.poison", tries=1)
def poison(payload):
    raise ValueError("never to be read: 13900001111")


@task("t.bulk", queue=BULK)
@task("t.public", queue=PUBLIC)
def note(payload):
    with TOLD.open("a") as out:
        out.write(f"{payload['name']}\n")


if __name__ == "__main__":
    django.setup()
    from bureau.celery import app

    app.worker_main(sys.argv[1:])
