from django.db.models import Q

from bureau.access import policies
from bureau.access.policies import NOTHING, Policy, Through, register
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from tests.pages_app.models import Club, Room

STAFF = {Role.CLERK, Role.OFFICER, Role.CHIEF, Role.PRINCIPAL}
VERBS = {
    "view": STAFF | {Role.AUDITOR},
    "add": STAFF,
    "change": STAFF,
    "export": STAFF - {Role.CLERK},
}


class ClubPolicy(Policy):
    """Those of the unit that owns the club."""

    def for_user(self, standing, verb):
        units = {post.unit_id for post in standing.posts if post.role in VERBS.get(verb, ())}
        return Q(owner__in=units) if units else NOTHING

    def may_add(self, standing):
        return any(post.role in VERBS["add"] for post in standing.posts)


class OwnUnits(Policy):
    def for_user(self, standing, verb):
        return Q(pk__in=standing.own_unit_ids()) if verb == "view" else NOTHING


register(ClubPolicy(Club))
register(Through(Room, parent="club", verbs={"view": "view"}))
if "charter.unit" not in policies.POLICIES:
    register(OwnUnits(Unit))
