"""Who may see or do what with reports on persons and with slips."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import NOTHING, Policy, Through, UnitOwned, register
from bureau.access.standing import Standing
from sections.office.person_reports.accused import kept_from
from sections.office.person_reports.capabilities import NAME
from sections.office.person_reports.choices import Status
from sections.office.person_reports.models import PersonReport, ReferralSlip, ReportDraft, VerificationNote

OWN = "person_reports.own"


def own(standing: Standing) -> Standing:
    """The person without the posts of a leader's or an auditor's charge: memberships alone open a report."""
    found: Standing | None = standing.remembered.get(OWN)
    if found is None:
        found = Standing(standing.user, tuple(post for post in standing.posts if post.is_own))
        standing.remembered[OWN] = found
    return found


class OfTheUnitAlone(UnitOwned):
    """What members of the holding unit may do; no charge of a leader or an auditor counts."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        return super().for_user(own(standing), verb)

    def may_add(self, standing: Standing) -> bool:
        return super().may_add(own(standing))


class OfWhoRegisters(OfTheUnitAlone):
    """Slips: who registers letters reads and writes them; nobody else."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        return super().for_user(standing, "register") if verb in ("view", "add") else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(own(standing).holder_units(self.capability, "register"))


register(
    OfTheUnitAlone(
        PersonReport,
        capability=NAME,
        public={"add": lambda: Q(status=Status.RECEIVED)},
        holder=("view",),
        conflict=kept_from,
    )
)
register(Through(VerificationNote, parent="report", verbs={"view": "view"}))
# What is not sent yet is nobody's but the reporter's, who has the form.
register(Policy(ReportDraft, holder=("view", "enclose")))
register(OfWhoRegisters(ReferralSlip, capability="office.letters"))
