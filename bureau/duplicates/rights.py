"""Who sees a pair: who sees both records and works in a unit that merges such; who merges both, decides."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, Model, OuterRef, Q

from bureau.access.policies import NOTHING, Policy
from bureau.access.services import permitted
from bureau.access.standing import Standing
from bureau.duplicates.models import DuplicatePair


class PairRights(Policy):
    """`register`: the records of the pairs. `kept(standing)`: those that the person's units may merge, whatever
    his or her own role: a clerk prepares what the chief decides."""

    def __init__(
        self, model: type[DuplicatePair], *, register: type[Model], kept: Callable[[Standing], Q]
    ) -> None:
        super().__init__(model)
        self.register = register
        self.kept = kept

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb == "view":
            return self._seen(standing)
        if verb in ("merge", "add"):
            return self._both(standing, "merge")
        return NOTHING

    def may_add(self, standing: Standing) -> bool:
        return permitted(standing.user, "merge", self.register).exists()

    def _seen(self, standing: Standing) -> Q:
        kept = self.kept(standing)
        if kept == NOTHING:
            return NOTHING
        mine = self.register._default_manager.filter(kept).values("pk")
        return self._both(standing, "view") & (Q(first__in=mine) | Q(second__in=mine))

    def _both(self, standing: Standing, verb: str) -> Q:
        allowed = permitted(standing.user, verb, self.register)
        # Both as lists of keys would make SQLite try every key of the one with every key of the other.
        second = Exists(allowed.filter(pk=OuterRef("second")))
        return Q(first__in=allowed.values("pk")) & Q(second)
