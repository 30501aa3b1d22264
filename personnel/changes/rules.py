"""Who may see or do what with a request: the school that asks, the district, whoever keeps the teacher."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Policy, register
from bureau.access.roles import SHARED_VERBS
from bureau.access.services import permitted
from bureau.access.standing import Standing
from bureau.charter.choices import UnitKind
from personnel.changes.models import TeacherChange
from personnel.models import Teacher


class ChangeRights(Policy):
    """Nobody decides what he or she asked for."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb in ("view", "export"):
            return self._seen(standing, verb)
        if verb in ("add", "withdraw"):
            units = _units(standing, UnitKind.SCHOOL, "change")
            return Q(asking_unit__in=units) if units else NOTHING
        return self._decided(standing) if verb == "decide" else NOTHING

    def _seen(self, standing: Standing, verb: str) -> Q:
        units = {post.unit_id for post in standing.posts if verb in SHARED_VERBS[post.role]}
        found = Q(asking_unit__in=units) | Q(deciding_unit__in=units)
        if _units(standing, UnitKind.SECTION, "change"):
            found |= Q(teacher__in=permitted(standing.user, "change", Teacher).values("pk"))
        seen = permitted(standing.user, verb, Teacher).values("pk")
        return found & Q(teacher__in=seen) if units else NOTHING

    def _decided(self, standing: Standing) -> Q:
        found = NOTHING
        districts = _units(standing, UnitKind.DISTRICT, "review")
        if districts:
            reviewed = permitted(standing.user, "review", Teacher).values("pk")
            found = Q(deciding_unit__in=districts, teacher__in=reviewed)
        if _units(standing, UnitKind.SECTION, "review"):
            kept = Q(teacher__in=permitted(standing.user, "change", Teacher).values("pk"))
            found = kept if found == NOTHING else found | kept
        return found if found == NOTHING else found & ~Q(requested_by=standing.user.pk)

    def may_add(self, standing: Standing) -> bool:
        return bool(_units(standing, UnitKind.SCHOOL, "change"))


def _units(standing: Standing, kind: str, verb: str) -> set[int]:
    return {
        post.unit_id for post in standing.posts if post.unit_kind == kind and verb in SHARED_VERBS[post.role]
    }


register(ChangeRights(TeacherChange))
