"""Who may see or do what with money.

A fund: by the remits over funds, for its purpose. An allocation: whoever sees the fund; the school that gets it,
which alone confirms and spends; the district that manages the school, which reads. Neither school nor district
sees the fund itself: its whole amount and what others get are not theirs. What they need of it (number, name,
source document, purpose) stands on the allocation.
"""

from __future__ import annotations

from django.db.models import Model, Q

from bureau.access.policies import EVERYTHING, NOTHING, Policy, Shared, Through, register
from bureau.access.roles import SHARED_VERBS
from bureau.access.services import permitted
from bureau.access.standing import Standing
from bureau.charter.choices import UnitKind
from bureau.charter.models import Remit
from finance.models import (
    Allocation,
    BudgetCode,
    EconomicClass,
    Fund,
    FundGroupGrant,
    FundUserGrant,
    Receipt,
    SpendingEntry,
)

FUND_VERBS = {verb: f"{verb}_fund" for verb in ("view", "add", "change", "allocate", "close", "export")}
# What a school does with its own allocations needs this verb of the role.
SCHOOL_WRITES = "change"


def may_add_funds(standing: Standing) -> bool:
    """Whether a remit of one of my units, and my role there, let me add funds."""
    units = {post.unit_id for post in standing.posts if "add" in SHARED_VERBS[post.role]}
    verbs = Remit.objects.filter(unit_id__in=units, over="fund").values_list("verbs", flat=True)
    return any("add" in row for row in verbs)


class AllocationRights(Policy):
    """Read through the fund, by one's own school, by the district that manages it."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb in ("view", "export"):
            return self._read(standing, verb)
        if verb in ("add", "reduce"):
            return _in_funds(standing, "allocate")
        if verb in ("confirm", "spend"):
            return _of_own_school(standing, SCHOOL_WRITES)
        return NOTHING

    def may_add(self, standing: Standing) -> bool:
        return permitted(standing.user, "allocate", Fund).exists()

    def _read(self, standing: Standing, verb: str) -> Q:
        districts = _units(standing, UnitKind.DISTRICT, verb)
        managed = Q(school__managed_by__in=districts) if districts else NOTHING
        return _in_funds(standing, verb) | _of_own_school(standing, verb) | managed


def _in_funds(standing: Standing, verb: str) -> Q:
    return Q(fund__in=permitted(standing.user, verb, Fund).values("pk"))


def _of_own_school(standing: Standing, verb: str) -> Q:
    units = _units(standing, UnitKind.SCHOOL, verb)
    return Q(school__unit__in=units) if units else NOTHING


def _units(standing: Standing, kind: str, verb: str) -> set[int]:
    """My units of a kind in which my role has a verb over shared records."""
    return {
        post.unit_id for post in standing.posts if post.unit_kind == kind and verb in SHARED_VERBS[post.role]
    }


class CodeTable(Policy):
    """Everybody signed in reads the budget's codes; the section that keeps the funds corrects them."""

    capability = "finance.funds"

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb in ("view", "export"):
            return EVERYTHING if standing.posts else NOTHING
        return EVERYTHING if verb in ("add", "change") and self.may_add(standing) else NOTHING

    def may_add(self, standing: Standing) -> bool:
        return bool(standing.holder_units(self.capability, "change_codes"))


def _entries(model: type[Model]) -> None:
    """The school writes them, and takes them back; whoever reads the allocation reads them."""
    verbs = {"view": "view", "export": "export"}
    write = (
        {"add": "spend", "reverse": "spend"}
        if model is SpendingEntry
        else dict.fromkeys(("add", "reverse"), "confirm")
    )
    register(Through(model, parent="allocation", verbs=verbs | write))


register(Shared(Fund, groups=FundGroupGrant, shares=FundUserGrant, verbs=FUND_VERBS, may_add=may_add_funds))
register(AllocationRights(Allocation))
_entries(Receipt)
_entries(SpendingEntry)
for _table in (BudgetCode, EconomicClass):
    register(CodeTable(_table))
