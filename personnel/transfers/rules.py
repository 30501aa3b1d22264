"""Who may see or do what with a transfer: the two schools, their districts, the section that decides."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Policy, register
from bureau.access.standing import Standing
from bureau.charter.choices import UnitKind
from personnel.rules import stages_for
from personnel.transfers.models import Transfer

CAPABILITY = "personnel.transfers"
_SEEING = ("view", "export")


class TransferRights(Policy):
    """Each side sees it; a school says yes or no for its own side; personnel decides under its remit."""

    capability = CAPABILITY  # the menu shows the empty list to who holds it

    def for_user(self, standing: Standing, verb: str) -> Q:
        mine = standing.participant_units(CAPABILITY, verb)
        found = self._deciding(standing, verb)
        if not mine:
            return found
        if verb in _SEEING:
            schools = Q(from_school__unit__in=mine) | Q(to_school__unit__in=mine)
            managed = Q(from_school__managed_by__in=mine) | Q(to_school__managed_by__in=mine)
            return _either(found, schools | managed)
        if verb == "add":
            return _either(found, Q(requested_by_unit__in=mine))
        if verb == "withdraw":
            return Q(requested_by_unit__in=mine)
        if verb in ("agree", "decline"):
            return Q(from_school__unit__in=mine, released_on__isnull=True) | Q(
                to_school__unit__in=mine, accepted_on__isnull=True
            )
        return found

    def _deciding(self, standing: Standing, verb: str) -> Q:
        holders = standing.holder_units(CAPABILITY, verb)
        if not holders:
            return NOTHING
        found = Q(deciding_unit__in=holders)
        if verb in ("approve", "refuse") and not standing.has_whole_remit("teacher", "transfer"):
            found &= Q(to_stage__in=stages_for(standing, "transfer").values("content_object_id"))
        return found

    def may_add(self, standing: Standing) -> bool:
        if standing.holder_units(CAPABILITY, "add"):
            return True
        mine = standing.participant_units(CAPABILITY, "add")
        return any(post.unit_id in mine and post.unit_kind == UnitKind.SCHOOL for post in standing.posts)


def _either(one: Q, other: Q) -> Q:
    return other if one == NOTHING else one | other


register(TransferRights(Transfer))
