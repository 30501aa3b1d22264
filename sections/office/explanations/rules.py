"""Two sides that do not meet: who may see the letter writes and sends; the recipient sees what was sent."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Policy, conflict_through, register
from bureau.access.services import permitted
from bureau.access.standing import Standing
from bureau.charter.choices import Role
from sections.office.explanations.models import Explanation
from sections.office.letters.models import Letter

# My verb → the verb on the letter.
INSIDE = {
    "view": "view",
    "inside": "view",
    "add": "explain",
    "write": "explain",
    "cancel": "clear_explanation",
    "send": "clear_explanation",
    "ask_again": "clear_explanation",
    "accept": "clear_explanation",
}
RECIPIENT = frozenset({"view", "answer"})
ANSWERING = frozenset(
    {
        Role.PRINCIPAL,
        Role.SCHOOL_CLERK,
        Role.DISTRICT_REVIEWER,
        Role.DISTRICT_LEADER,
        Role.CLERK,
        Role.OFFICER,
        Role.CHIEF,
    }
)


def _asked_of(standing: Standing) -> Q:
    """What was sent to a unit of mine."""
    mine = {post.unit_id for post in standing.posts if post.is_own and post.role in ANSWERING}
    return Q(recipient__in=mine, sent_on__isnull=False) if mine else NOTHING


class ExplanationRights(Policy):
    def for_user(self, standing: Standing, verb: str) -> Q:
        found = NOTHING
        if verb in INSIDE:
            letters = permitted(standing.user, INSIDE[verb], Letter).order_by()
            found = Q(letter__in=letters.values("pk"))
        if verb in RECIPIENT:
            asked = _asked_of(standing)
            found = asked if found == NOTHING else found | asked
        return found

    def may_add(self, standing: Standing) -> bool:
        return permitted(standing.user, "explain", Letter).exists()


def kept_from(standing: Standing) -> Q | None:
    """Of a letter that is kept from me I see what my unit was asked, and nothing else; no stand-in sees more."""
    kept = conflict_through("letter", Letter)(standing)
    return kept & ~_asked_of(standing) if kept is not None else None


register(ExplanationRights(Explanation, conflict=kept_from))
