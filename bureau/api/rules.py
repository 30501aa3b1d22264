"""Who sees and revokes tokens: their owner, and the security administrator."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Ground, register
from bureau.access.standing import Standing
from bureau.api.models import ApiToken


def own_tokens(standing: Standing, verb: str) -> Q:
    return Q(owner=standing.user) if verb in ("view", "revoke") else NOTHING


register(Ground(ApiToken, verbs={"view": "accounts.manage", "revoke": "accounts.manage"}, own=own_tokens))
