"""A job is its owner's; the system administrator sees that it runs."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import Ground, register
from bureau.access.standing import Standing
from bureau.jobs.models import Job


def _own(standing: Standing, verb: str) -> Q:
    return Q(owner=standing.user.pk)


register(Ground(Job, verbs={"view": "jobs.read"}, own=_own))
