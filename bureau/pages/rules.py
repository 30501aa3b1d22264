"""A step over many records belongs to whoever asked for it, and to nobody else."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Ground, register
from bureau.access.standing import Standing
from bureau.pages.models import BulkAct


def _own(standing: Standing, verb: str) -> Q:
    return Q(owner=standing.user.pk) if verb == "view" else NOTHING


register(Ground(BulkAct, verbs={}, own=_own))
