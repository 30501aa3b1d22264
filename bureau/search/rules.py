"""Who has which saved views. A link opens for whoever may open its list; the rows are each reader's own."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Policy, register
from bureau.access.standing import Standing
from bureau.search.models import SavedView
from bureau.workflow.delegation import HEADS


class Views(Policy):
    """Own views and those of one's unit; the unit's are kept by who saved them and by its heads."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        own = Q(owner_id=standing.user.pk)
        if verb == "view":
            return own | Q(unit_id__in=standing.own_unit_ids())
        if verb in ("change", "remove"):
            headed = {post.unit_id for post in standing.posts if post.is_own and post.role in HEADS}
            return own | Q(unit_id__in=headed)
        return NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.posts)


register(Views(SavedView))
