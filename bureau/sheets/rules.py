"""An upload and a result file belong to whoever uploaded or asked for it, and to nobody else."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Ground, register
from bureau.access.standing import Standing
from bureau.sheets.models import ResultFile, SheetUpload


def _own(standing: Standing, verb: str) -> Q:
    return Q(owner=standing.user.pk) if verb in ("view", "change") else NOTHING


for _model in (SheetUpload, ResultFile):
    register(Ground(_model, verbs={}, own=_own))
