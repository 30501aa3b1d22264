"""Who may see or do what with forms, collections and returns."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import EVERYTHING, NOTHING, Policy, Through, UnitOwned, register
from bureau.access.roles import SHARED_VERBS
from bureau.access.standing import Standing
from bureau.charter.choices import Role, UnitKind
from schools.returns.capabilities import NAME
from schools.returns.choices import CollectionStatus, VersionStatus
from schools.returns.models import (
    CellChange,
    Collection,
    Figure,
    FigureTotal,
    FlowRule,
    Form,
    FormVersion,
    LockException,
    Remark,
    Reminder,
    Return,
    ReturnTerm,
)

# What people of a school may do with the returns of their school.
SCHOOL_VERBS: dict[str, frozenset[str]] = {
    "view": frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK}),
    "export": frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK}),
    "fill": frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK}),
    "comment": frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK}),
    "send": frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK}),
    # The declaration: the head of the school, and not whoever typed the figures (checked by the step).
    "sign": frozenset({Role.PRINCIPAL}),
}
# What people of a county bureau may do with the returns of the schools that it manages.
DISTRICT_VERBS: dict[str, frozenset[str]] = {
    "view": frozenset({Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER}),
    "export": frozenset({Role.DISTRICT_LEADER}),
    "comment": frozenset({Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER}),
    "endorse": frozenset({Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER}),
    "district_send_back": frozenset({Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER}),
    "urge": frozenset({Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER}),
}


def units_of(standing: Standing, kind: str, verb: str) -> set[int]:
    """My schools, or my county bureaus, in which my role has the verb over returns."""
    roles = (SCHOOL_VERBS if kind == UnitKind.SCHOOL else DISTRICT_VERBS).get(verb, frozenset())
    return {
        post.unit_id
        for post in standing.posts
        if post.is_own and post.unit_kind == kind and post.role in roles
    }


class Owned(UnitOwned):
    """A section designs and issues its own forms; whoever holds returns sees all of them."""

    # Verbs of the pages → verbs of the capability.
    OF_PAGES = {"add": "design", "change": "design"}

    def for_user(self, standing: Standing, verb: str) -> Q:
        wanted = self.OF_PAGES.get(verb, verb)
        if standing.holder_units(self.capability, wanted):
            return EVERYTHING
        mine = standing.participant_units(self.capability, wanted)
        return Q(**{f"{self.owner}__in": mine}) if mine else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.participant_units(self.capability, "design"))


class Collections(Owned):
    """Districts and schools see the issued ones that concern them."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        found = super().for_user(standing, verb)
        if verb != "view":
            return found
        issued = Q(status__in=(CollectionStatus.ISSUED, CollectionStatus.LOCKED))
        schools = units_of(standing, UnitKind.SCHOOL, "view")
        if schools:
            mine = Return.objects.filter(school__unit_id__in=schools).order_by().values("collection_id")
            found |= issued & Q(pk__in=mine)
        districts = units_of(standing, UnitKind.DISTRICT, "view")
        if districts:
            ours = Return.objects.filter(school__managed_by_id__in=districts).order_by()
            found |= issued & Q(pk__in=ours.values("collection_id"))
        return found


class Returns(Owned):
    """The school, the county bureau that manages it, the section whose form it is; who holds returns reads all."""

    OF_PAGES = {}
    further = frozenset({*SCHOOL_VERBS, *DISTRICT_VERBS})

    def for_user(self, standing: Standing, verb: str) -> Q:
        found = super().for_user(standing, verb)
        schools = units_of(standing, UnitKind.SCHOOL, verb)
        if schools:
            found |= Q(school__unit_id__in=schools)
        districts = units_of(standing, UnitKind.DISTRICT, verb)
        if districts:
            found |= Q(school__managed_by_id__in=districts)
        return found

    def may_add(self, standing: Standing) -> bool:
        return False  # returns come into being with the issue of a collection


class Totals(Policy):
    """Sums by district: every section reads them, a county bureau its own."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb not in ("view", "export"):
            return NOTHING
        if standing.holder_units(NAME, verb) or standing.participant_units(NAME, verb):
            return EVERYTHING
        units = {
            post.unit_id
            for post in standing.posts
            if post.unit_kind == UnitKind.DISTRICT and verb in SHARED_VERBS[post.role]
        }
        return Q(district__unit_id__in=units) if units else NOTHING


class Terms(Policy):
    """The periods of returns: every section reads them, officers of the holder keep them."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb in ("view", "export"):
            reads = standing.holder_units(NAME, verb) or standing.participant_units(NAME, verb)
            return EVERYTHING if reads else NOTHING
        return EVERYTHING if verb in ("add", "change") and self.may_add(standing) else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(NAME, "keep_tables"))


class FlowRules(Policy):
    """Times for review and corrections: every section reads them, the holder of returns writes them."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        wanted = "keep_tables" if verb in ("add", "change") else verb
        mine = standing.holder_units(NAME, wanted) or standing.participant_units(NAME, wanted)
        return EVERYTHING if mine else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(NAME, "keep_tables"))


def public_forms() -> Q:
    """The public register of forms: those in use whose owner did not keep them out."""
    used = FormVersion.objects.filter(status=VersionStatus.FROZEN).order_by().values("form_id")
    return Q(is_public=True, pk__in=used)


register(Owned(Form, capability=NAME, public={"view": public_forms}))
register(
    Through(
        FormVersion,
        parent="form",
        verbs={"view": "view", "add": "change", "change": "change", "freeze": "freeze"},
    )
)
register(Collections(Collection, capability=NAME))
register(Returns(Return, capability=NAME))
register(Through(LockException, parent="collection", verbs={"view": "view", "add": "unlock"}))
register(Through(CellChange, parent="owner_return", verbs={"view": "view"}))
register(Through(Remark, parent="owner_return", verbs={"view": "view", "add": "comment"}))
register(Through(Reminder, parent="owner_return", verbs={"view": "view", "add": "urge"}))
register(Through(Figure, parent="owner_return", verbs={"view": "view", "export": "export"}))
register(Totals(FigureTotal))
register(Terms(ReturnTerm))
register(FlowRules(FlowRule))
