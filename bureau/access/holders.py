"""Whose a new record is: the holder of the capability; of several, by remit over the school, else lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Model
from django.utils.translation import gettext as _

from bureau.access.remits import TARGETS
from bureau.charter import selectors
from bureau.charter.chart import Chart, RemitLine
from bureau.charter.models import HeldCapability, Remit, Unit

LEAST = 0


@dataclass
class Coverage:
    """Which schools a remit covers, asked once per set of filters."""

    _ids: dict[str, frozenset[int]] = field(default_factory=dict)

    def rank(self, remits: Iterable[RemitLine], school: int | None) -> int:
        """How closely a section looks after a school: 3 changes its kind, 2 sees it, 1 sees all, 0 none."""
        if school is None:
            return LEAST
        return max((self._rank(remit) for remit in remits if school in self.ids(remit)), default=LEAST)

    @staticmethod
    def _rank(remit: RemitLine) -> int:
        if not remit.filters:
            return 1
        return 3 if "change" in remit.verbs else 2

    def ids(self, remit: RemitLine) -> frozenset[int]:
        target = TARGETS.get("school")
        if remit.over != "school" or target is None:
            return frozenset()
        question = repr(sorted(remit.filters.items()))
        if question not in self._ids:
            rows = target.model._default_manager.filter(target.matching(remit.filters))
            self._ids[question] = frozenset(rows.values_list("pk", flat=True).order_by())
        return self._ids[question]


@dataclass(frozen=True)
class Candidate:
    key: str
    is_lead: bool
    remits: tuple[RemitLine, ...]


def choose(candidates: list[Candidate], school: int | None, coverage: Coverage) -> str | None:
    """Key of the holder, or None where nobody is the single one."""
    if len(candidates) < 2:
        return candidates[0].key if candidates else None
    ranks = {candidate.key: coverage.rank(candidate.remits, school) for candidate in candidates}
    best = max(ranks.values())
    nearest = [candidate for candidate in candidates if best > LEAST and ranks[candidate.key] == best]
    if len(nearest) == 1:
        return nearest[0].key
    return next((candidate.key for candidate in candidates if candidate.is_lead), None)


def candidates_in(chart: Chart, capability: str) -> list[Candidate]:
    return [
        Candidate(section.key, chart.leads.get(capability) == section.key, section.remits)
        for section in chart.sections
        if capability in section.capabilities()
    ]


def holder_of(capability: str, *, school: Model | None = None) -> Unit | None:
    """The section a new record of this capability belongs to; None: see `why_no_holder`."""
    units = {unit.key: unit for unit in selectors.holders(capability)}
    if len(units) < 2:
        return next(iter(units.values()), None)
    key = choose(_candidates(list(units.values()), capability), school.pk if school else None, Coverage())
    return units.get(key or "")


def _candidates(units: list[Unit], capability: str) -> list[Candidate]:
    ids = [unit.pk for unit in units]
    leads = HeldCapability.objects.filter(capability=capability, is_lead=True, unit__in=ids)
    leading = set(leads.values_list("unit_id", flat=True))
    remits: dict[int, list[RemitLine]] = {pk: [] for pk in ids}
    for row in Remit.objects.filter(unit__in=ids, over="school"):
        remits[row.unit_id].append(RemitLine(row.over, tuple(row.verbs), row.filters))
    return [Candidate(unit.key, unit.pk in leading, tuple(remits[unit.pk])) for unit in units]


def why_no_holder(capability: str) -> str:
    """A sentence for whoever cannot go on because nobody holds the capability."""
    found = [unit.label for unit in selectors.holders(capability)]
    if not found:
        return _("No section of the chart in force holds “%(capability)s”.") % {"capability": capability}
    names = {"capability": capability, "units": ", ".join(found)}
    return _("Several sections hold “%(capability)s” and none of them leads: %(units)s.") % names
