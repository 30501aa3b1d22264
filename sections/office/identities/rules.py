"""Who asks for a writer's identity, who agrees to it. The letter decides first: nobody kept out of it takes part."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Policy, conflict_through, register
from bureau.access.services import permitted
from bureau.access.standing import Standing
from sections.office.identities.models import IdentityRequest
from sections.office.letters.models import Letter

DECIDING = frozenset({"approve", "decline"})
OWN = frozenset({"look", "end"})


class IdentityRights(Policy):
    """The asker sees and uses the own request; whoever may decide on the letter's sees and decides it."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        mine = Q(asked_by=standing.user.pk)
        if verb == "add":
            return mine & _on("ask_identity", standing)
        if verb in OWN:
            return mine & _on("view", standing)
        if verb in DECIDING:
            return _on("approve_identity", standing) & _on("view", standing) & ~mine
        if verb == "view":
            return _on("view", standing) & (mine | _on("approve_identity", standing))
        return NOTHING

    def may_add(self, standing: Standing) -> bool:
        return permitted(standing.user, "ask_identity", Letter).exists()


def _on(verb: str, standing: Standing) -> Q:
    return Q(letter__in=permitted(standing.user, verb, Letter).order_by().values("pk"))


register(IdentityRights(IdentityRequest, conflict=conflict_through("letter", Letter)))
