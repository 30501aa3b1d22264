"""Tables that the office keeps for its letters: who reads them, who changes them."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import EVERYTHING, NOTHING, Policy
from bureau.access.standing import Standing

VERBS = {"view": "view", "export": "export", "add": "keep_tables", "change": "keep_tables"}


class OfficeTable(Policy):
    """Rows without an owner: whoever holds letters reads them, its officers change them."""

    capability = "office.letters"

    def for_user(self, standing: Standing, verb: str) -> Q:
        wanted = VERBS.get(verb)
        if wanted is None:
            return NOTHING
        return EVERYTHING if standing.holder_units(self.capability, wanted) else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(self.capability, VERBS["add"]))
