"""The background tasks of this app; others register theirs with `task`, `long_task`, `every` and `job`."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils import timezone

from bureau.jobs.kinds import job
from bureau.jobs.registry import ON_DEAD, Hold, Payload, long_task, task
from bureau.jobs.schedule import every
from bureau.outbox.queues import BULK
from bureau.outbox.services import enqueue

__all__ = ["every", "job", "long_task", "task"]


class BrokenChain(Exception):
    """The audit was changed: `manage.py audit verify` says where."""


KEEP_DONE = timedelta(days=90)
KEEP_SCHEDULE = timedelta(days=2)


@long_task("jobs.run", tries=4)
def run(payload: Payload, hold: Hold) -> None:
    from bureau.jobs.running import run_job

    run_job(payload["job"], hold)


def fail_job(task_name: str, effect_id: int, attempts: int) -> None:
    """A job whose effect was given up must not look as if it still ran."""
    from bureau.jobs.running import give_up
    from bureau.outbox.models import Effect

    if task_name == "jobs.run":
        give_up(Effect.objects.get(pk=effect_id).payload["job"])


ON_DEAD.add("jobs.run", fail_job)


@every(name="audit.seal", minutes=1)
def seal_audit() -> None:
    """Chain what is new; a long backlog in several seals."""
    from bureau.audit.sealing import seal

    while seal():
        pass


@every(name="audit.verify", daily_at=time(2, 30), tries=1, queue=BULK)
def verify_audit() -> None:
    """A broken chain is given up at once, which tells the system administrators."""
    from bureau.accounts.principals import System
    from bureau.audit.sealing import verify_and_record

    report = verify_and_record(by=System("audit"))
    if not report.is_sound:
        enqueue("audit.broken_chain", {"faults": len(report.faults)})


@task("audit.broken_chain", tries=1)
def broken_chain(payload: Payload) -> None:
    """Always fails: its being given up is the alarm."""
    raise BrokenChain


@every(name="jobs.tidy", daily_at=time(3, 20))
def tidy() -> None:
    """Remove what has been done for long. Effect keys stay known for as long as a retry is conceivable."""
    from bureau.jobs.models import ScheduleRun
    from bureau.outbox.models import Effect

    now = timezone.now()
    done = Effect.objects.filter(status=Effect.Status.DONE)
    done.filter(done_at__lt=now - KEEP_DONE).delete()
    done.filter(task__startswith="schedule.", done_at__lt=now - KEEP_SCHEDULE).delete()
    ScheduleRun.objects.filter(slot_at__lt=now - KEEP_SCHEDULE).delete()
