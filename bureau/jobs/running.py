"""Running a long job: as the person who started it, batch by batch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.jobs.aside import Tell, telling
from bureau.jobs.draining import Lost
from bureau.jobs.kinds import JOB_KINDS, JobKind
from bureau.jobs.models import Job
from bureau.jobs.registry import ON_JOB_END, Hold


class Refused(Exception):
    """The job stops for good: the sentence tells its owner why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Run:
    """What a job's function holds: who it is for, what was asked, and how far it is."""

    def __init__(self, job: Job, kind: JobKind, hold: Hold) -> None:
        self.job = job
        self.payload: dict[str, Any] = job.payload
        self._kind = kind
        self._hold = hold

    @property
    def owner(self) -> User:
        """The person, read anew: a right withdrawn meanwhile counts."""
        return User.objects.get(pk=self.job.owner_id)

    @property
    def done(self) -> int:
        """How far committed batches have come: a job begun again goes on from here."""
        return self.job.done

    @contextmanager
    def batch(self) -> Iterator[User]:
        """One transaction with its own check of the right. Raises `Refused`, or `Lost` to another worker."""
        with transaction.atomic(), rights_scope():
            self._hold()
            owner = self.owner
            self._check(owner)
            yield owner
        if connection.vendor == "sqlite":
            # It takes one write at a time, and who waits asks again only every tenth of a second.
            time.sleep(settings.SQLITE_PAUSE_SECONDS)
        self.job.refresh_from_db()

    def telling(self) -> AbstractContextManager[Tell]:
        """`tell(done, total)` for within a long batch: seen at once, not only when the batch commits."""
        return telling(self.job.pk)

    def recheck(self) -> None:
        """The right once more, in the middle or at the end of a long batch. Raises `Refused`."""
        with rights_scope():
            self._check(self.owner)

    def _check(self, owner: User) -> None:
        if not owner.is_active:
            raise Refused(_("The account that started this job has been closed."))
        decision = self._kind.check(owner, self.payload)
        if not decision:
            raise Refused(str(decision.reason))

    def advance(self, done: int, total: int | None = None, message: str = "") -> None:
        """Note the progress; inside a batch it commits with the batch."""
        changes: dict[str, Any] = {"done": done, "message": message[:300], "version": F("version") + 1}
        if total is not None:
            changes["total"] = total
        Job.objects.filter(pk=self.job.pk).update(**changes)


def run_job(job_id: int, hold: Hold) -> None:
    """Run a waiting job, or go on with one whose worker was lost."""
    job = Job.objects.select_related("owner").get(pk=job_id)
    if job.is_over:
        return
    with translation.override(job.owner.language):
        try:
            result = _work(job, hold)
        except Refused as refusal:
            _end(job, hold, status=Job.Status.FAILED, message=refusal.sentence[:300])
        else:
            _end(job, hold, status=Job.Status.DONE, result=result, message="")


def _work(job: Job, hold: Hold) -> dict[str, Any]:
    kind = JOB_KINDS.get(job.kind)
    if kind is None:
        raise Refused(_("This kind of job is not installed any more."))
    run = Run(job, kind, hold)
    with run.batch():
        Job.objects.filter(pk=job.pk).update(status=Job.Status.RUNNING, version=F("version") + 1)
    return kind.work(run) or {}


def _end(job: Job, hold: Hold, **changes: Any) -> None:
    with transaction.atomic():
        hold()
        _note_end(job.pk, **changes)


def _note_end(job_id: int, **changes: Any) -> None:
    Job.objects.filter(pk=job_id).update(finished_at=timezone.now(), version=F("version") + 1, **changes)
    for tell in ON_JOB_END:
        tell(job_id)


def give_up(job_id: int) -> None:
    """After the last attempt: the owner reads that it failed and may try again."""
    if Job.objects.filter(pk=job_id).exclude(status=Job.Status.DONE).exists():
        _note_end(job_id, status=Job.Status.FAILED, message="")


__all__ = ["Lost", "Refused", "Run", "give_up", "run_job"]
