"""Who may see or do what with a review: what one may do with the letter decides."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Through, register
from bureau.access.standing import Standing
from bureau.accounts.principals import Holder
from sections.office.letters.accused import kept_from
from sections.office.letters.models import Letter
from sections.office.letters.tables import OfficeTable
from sections.office.reviews.models import Review, ReviewingBody

# My verb → the verb on the letter.
VERBS = {"view": "view", "export": "export", "add": "register", "review": "review"}
OF_THE_WRITER = frozenset({"view", "add", "withdraw"})


class ReviewRights(Through):
    """The writer proves number and code of the letter; a review has no code of its own."""

    def for_holder(self, holder: Holder, verb: str) -> Q:
        if verb in OF_THE_WRITER and holder.kind == Letter._meta.label_lower:
            return Q(letter=holder.pk)
        return NOTHING

    @property
    def has_conflicts(self) -> bool:
        return True

    def conflict(self, standing: Standing) -> Q:
        """Nor does a stand-in get what is kept from him or her as a letter."""
        return Q(letter__in=Letter.objects.filter(kept_from(standing)).order_by().values("pk"))


register(OfficeTable(ReviewingBody))
register(ReviewRights(Review, parent="letter", verbs=VERBS, holder=OF_THE_WRITER))
