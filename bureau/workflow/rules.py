"""Who sees an absence: the two people it names, and the head of the unit. What an absence opens to the stand-in."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import Ground, register
from bureau.access.standing import LENT_KINDS, STAND_INS, Standing
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.delegation import shown_to
from bureau.workflow.models import Delegation
from bureau.workflow.rights import stood_in_for


def _own(standing: Standing, verb: str) -> Q:
    return shown_to(standing.user) if verb == "view" else Q(pk__in=())


# A stand-in may open the pages of what the absent person sees; personal rows such as notices stay closed.
STAND_INS.add("workflow", stood_in_for)
LENT_KINDS.add("workflow", WORKFLOWS.__contains__)

register(Ground(Delegation, verbs={}, own=_own))
