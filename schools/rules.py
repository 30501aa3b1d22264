"""Who may see or do what with the register."""

from __future__ import annotations

from django.db.models import Model, Q

from bureau.access.policies import EVERYTHING, NOTHING, Policy, Shared, Through, register
from bureau.access.roles import SHARED_VERBS
from bureau.access.standing import Standing
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Remit
from bureau.duplicates.rights import PairRights
from schools.choices import SchoolStatus
from schools.models import (
    AreaClass,
    Campus,
    ChangeRequest,
    Confirmation,
    District,
    FieldOwnership,
    Organiser,
    School,
    SchoolChange,
    SchoolContact,
    SchoolDuplicate,
    SchoolFacts,
    SchoolGroupGrant,
    SchoolLeader,
    SchoolStage,
    SchoolType,
    SchoolUserGrant,
    StageGroupGrant,
)

SCHOOL_VERBS = {
    verb: f"{verb}_school" for verb in ("view", "add", "change", "adjust", "merge", "export", "review")
}
_SCHOOL_ROLES = frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK})


def open_schools() -> Q:
    """What the public directory shows."""
    return Q(status=SchoolStatus.OPEN)


def may_add_schools(standing: Standing) -> bool:
    """Whether a remit of one of my units, and my role there, let me add schools."""
    units = {post.unit_id for post in standing.posts if "add" in SHARED_VERBS[post.role]}
    verbs = Remit.objects.filter(unit_id__in=units, over="school").values_list("verbs", flat=True)
    return any("add" in row for row in verbs)


def own_schools(standing: Standing) -> Q:
    """The schools that the person belongs to, as a Q over School."""
    return Q(unit_id__in=standing.own_unit_ids())


class Reference(Policy):
    """Code tables and districts: everyone may read them; they are loaded, not edited."""

    def for_public(self, verb: str) -> Q:
        return EVERYTHING if verb == "view" else NOTHING

    def for_user(self, standing: Standing, verb: str) -> Q:
        return EVERYTHING if verb == "view" else NOTHING


class KeptBySection(Through):
    """Follows the school, but the school itself only reads: the section of the stage keeps it."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        found = super().for_user(standing, verb)
        if verb in ("view", "export") or found == NOTHING:
            return found
        return found & ~Q(**{f"{self.parent}__unit_id__in": standing.own_unit_ids()})


class StageRights(Through):
    """A stage is seen with its school; `view_teachers`, `change_students`… come from the units' grants."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        plain, _, kind = verb.partition("_")
        if not kind:
            return super().for_user(standing, verb)
        granted = StageGroupGrant.objects.filter(
            permission__codename=verb, group_id__in=standing.groups_for(plain)
        )
        return Q(pk__in=granted.values("content_object_id"))


class RequestRights(Policy):
    """A change request: its school, the district that reviews it, the section that decides it."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb in ("view", "export"):
            return self._seen(standing)
        if verb in ("add", "withdraw"):
            return self._asked(standing, verb)
        if verb == "review":
            units = _units(standing, UnitKind.DISTRICT, "review")
            return Q(reviewing_unit_id__in=units) if units else NOTHING
        if verb == "decide":
            units = _units(standing, UnitKind.SECTION, "review")
            return Q(deciding_unit_id__in=units) if units else NOTHING
        return NOTHING

    def _asked(self, standing: Standing, verb: str) -> Q:
        """A school asks for itself, a district for the schools that it manages; each takes back its own."""
        units = _units(standing, UnitKind.SCHOOL, "change")
        found = Q(school__unit_id__in=units) if units else NOTHING
        districts = _units(standing, UnitKind.DISTRICT, "review")
        if districts:
            asked = Q(school__managed_by_id__in=districts)
            found |= asked & Q(requested_by=standing.user.pk) if verb == "withdraw" else asked
        return found

    def _seen(self, standing: Standing) -> Q:
        units = {post.unit_id for post in standing.posts if "view" in SHARED_VERBS[post.role]}
        if not units:
            return NOTHING
        return Q(school__unit_id__in=units) | Q(reviewing_unit_id__in=units) | Q(deciding_unit_id__in=units)

    def may_add(self, standing: Standing) -> bool:
        return bool(
            _units(standing, UnitKind.SCHOOL, "change") or _units(standing, UnitKind.DISTRICT, "review")
        )


class ConfirmationRights(Through):
    """Seen with the school; asked for by its section, given by the school itself."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        found = super().for_user(standing, verb)
        own = Q(school__unit_id__in=_units(standing, UnitKind.SCHOOL, "change"))
        if verb == "confirm":
            return own
        return found & ~own if verb == "add" and found != NOTHING else found

    def may_add(self, standing: Standing) -> bool:
        return bool(_units(standing, UnitKind.SECTION, "change")) and super().may_add(standing)


def _units(standing: Standing, kind: str, verb: str) -> set[int]:
    """My units of a kind in which my role has a verb over shared records."""
    return {
        post.unit_id for post in standing.posts if post.unit_kind == kind and verb in SHARED_VERBS[post.role]
    }


register(
    Shared(
        School,
        groups=SchoolGroupGrant,
        shares=SchoolUserGrant,
        verbs=SCHOOL_VERBS,
        may_add=may_add_schools,
        public={"view": open_schools},
    )
)


def schools_to_merge(standing: Standing) -> Q:
    """Schools over which a remit of one's units gives `merge`, whatever one's own role may do."""
    groups = standing.groups_for("view")
    if not groups:
        return NOTHING
    granted = SchoolGroupGrant.objects.filter(permission__codename="merge_school", group_id__in=groups)
    return Q(pk__in=granted.values("content_object_id"))


register(PairRights(SchoolDuplicate, register=School, kept=schools_to_merge))

_FOLLOWS = {"view": "view", "export": "export", "add": "change", "change": "change", "remove": "change"}


def _follow(model: type[Model], *, parent: str = "school") -> None:
    register(Through(model, parent=parent, verbs=_FOLLOWS))


for _kept_by_school in (Campus, SchoolContact, SchoolLeader):
    _follow(_kept_by_school)
register(KeptBySection(SchoolFacts, parent="school", verbs=_FOLLOWS))
register(Through(SchoolChange, parent="school", verbs={"view": "view", "export": "export"}))
register(StageRights(SchoolStage, parent="school", verbs={"view": "view"}))
register(RequestRights(ChangeRequest))
register(
    ConfirmationRights(
        Confirmation, parent="school", verbs={"view": "view", "add": "change", "confirm": "change"}
    )
)
for _table in (District, SchoolType, Organiser, AreaClass):
    register(Reference(_table))


class Ownership(Reference):
    """Who keeps which field is changed by the officers of the section that founds and adjusts schools."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb == "change":
            return EVERYTHING if standing.has_whole_remit("school", "adjust") else NOTHING
        return super().for_user(standing, verb)


register(Ownership(FieldOwnership))
