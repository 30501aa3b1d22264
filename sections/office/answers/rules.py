"""Who may see or do what with public answers and the rules of redaction."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import Through, UnitOwned, register
from bureau.access.standing import Standing
from sections.office.answers.choices import Status
from sections.office.answers.models import DismissedFinding, PublishedAnswer, RedactionRule
from sections.office.letters.accused import kept_from
from sections.office.letters.models import Letter
from sections.office.letters.tables import OfficeTable

# Verbs of the pages → verbs of the capability; letters themselves are added and changed in other ways.
OWN_VERBS = {"add": "prepare_publication", "change": "prepare_publication"}


class Publication(UnitOwned):
    """Of the office that holds letters; the public reads what is published and learns what is gone."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        return super().for_user(standing, OWN_VERBS.get(verb, verb))

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(self.capability, OWN_VERBS["add"]))


def about_the_accused(standing: Standing) -> Q:
    """Drafts of answers are kept from whom the letter is kept from."""
    return Q(letter__in=Letter.objects.filter(kept_from(standing)).values("pk").order_by())


register(
    Publication(
        PublishedAnswer,
        capability="office.letters",
        owner="owner",
        participants=("unit",),
        public={
            "view": lambda: Q(status=Status.PUBLISHED),
            "miss": lambda: Q(status=Status.WITHDRAWN),
        },
        conflict=about_the_accused,
    )
)
register(Through(DismissedFinding, parent="published", verbs={"view": "view"}))
register(OfficeTable(RedactionRule))
