from django.db.models import Q

from bureau.access.policies import NOTHING, Policy, register
from bureau.charter.choices import Role
from bureau.workflow.countersigning import asked
from tests.workflow_app.models import Paper

STAFF = {Role.CLERK, Role.OFFICER, Role.CHIEF}
OFFICERS = {Role.OFFICER, Role.CHIEF}
OWNER = {"view": STAFF, "add": STAFF, "change": STAFF, "assign": STAFF, "approve": OFFICERS}
SECTION = {"view": STAFF, "draft": STAFF}


class PaperPolicy(Policy):
    """The owner's people, the section's people, the drafter, and whoever is asked to countersign."""

    def for_user(self, standing, verb):
        found = NOTHING
        if owning := self.units(standing, OWNER.get(verb, ())):
            found |= Q(owner__in=owning)
        if taking_part := self.units(standing, SECTION.get(verb, ())):
            found |= Q(section__in=taking_part)
        if verb in ("view", "draft"):
            found |= Q(drafter=standing.user)
        if verb in ("view", "countersign"):
            found |= asked(Paper, standing.user, self.units(standing, OFFICERS))
        return found

    def units(self, standing, roles):
        return {post.unit_id for post in standing.posts if post.role in roles}

    def may_add(self, standing):
        return bool(self.units(standing, OWNER["add"]))


register(
    PaperPolicy(
        Paper,
        public={"add": lambda: Q()},
        holder=("view", "withdraw"),
        # Whoever is named in the note has an interest in the paper.
        conflict=lambda standing: Q(note=f"about {standing.user.username}"),
    )
)
