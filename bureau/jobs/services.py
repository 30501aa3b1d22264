"""Starting a long job and trying a failed one again."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.audit.services import record
from bureau.jobs.kinds import JOB_KINDS
from bureau.jobs.models import Job
from bureau.outbox.services import enqueue


@transaction.atomic
def start_job(kind: str, *, by: User, title: str, payload: Mapping[str, object] | None = None) -> Job:
    """Start a long job as `by`. `payload` holds references only. Raises PermissionDenied."""
    decision = JOB_KINDS[kind].check(by, dict(payload or {}))
    if not decision:
        raise PermissionDenied(decision.reason)
    job = Job(kind=kind, title=title[:200], owner=by, payload=dict(payload or {}))
    job.full_clean()
    job.save()
    _enqueue(job)
    record("jobs.job.started", by=by, obj=job, detail={"kind": kind})
    return job


@transaction.atomic
def retry_job(job: Job, *, by: User) -> Job:
    """Try a failed job again, for its owner alone: it runs with the owner's rights."""
    found = Job.objects.select_for_update().get(pk=job.pk)
    if found.owner_id != by.pk:
        raise PermissionDenied(_("Only the person who started a job can run it again."))
    if found.status != Job.Status.FAILED:
        raise ValidationError(_("Only a failed job can be run again."))
    found.status = Job.Status.WAITING
    found.message = ""
    found.finished_at = None
    found.tries += 1
    found.version += 1
    found.save()
    _enqueue(found)
    record("jobs.job.retried", by=by, obj=found)
    return found


def _enqueue(job: Job) -> None:
    enqueue("jobs.run", {"job": job.pk}, key=f"job:{job.pk}:{job.tries}", owner_id=job.owner_id)
