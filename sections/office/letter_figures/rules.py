"""Who may see or do what with a monthly report: the unit that holds letters; everybody once it is released."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import UnitOwned, register
from bureau.access.standing import Standing
from sections.office.letter_figures.choices import ReportStatus
from sections.office.letter_figures.models import LetterReport

# The report's verbs, as the capability names them.
VERBS = {"add": "report", "change": "report"}


def drafted() -> Q:
    return Q(status=ReportStatus.DRAFTED)


class OfReport(UnitOwned):
    """A released report is nobody's to change."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        found = super().for_user(standing, VERBS.get(verb, verb))
        return found & drafted() if verb == "change" else found

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(self.capability, VERBS["add"]))


register(
    OfReport(
        LetterReport,
        capability="office.letters",
        public={"view": lambda: Q(status=ReportStatus.RELEASED)},
    )
)
