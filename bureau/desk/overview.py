"""What a unit does, who is in it, and what each role may do there and why: read for the page "The bureau"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bureau.access import roles
from bureau.access.policies import POLICIES
from bureau.access.remits import TARGETS
from bureau.charter.capabilities import CAPABILITIES, Capability, Roles
from bureau.charter.choices import FILTER_LABELS, OVER_LABELS, ROLES_OF_KIND, VERB_LABELS, Role, UnitKind
from bureau.charter.models import Duty, HeldCapability, Remit, Unit
from bureau.charter.names import capability_label
from bureau.workflow.declare import WORKFLOWS

# Who acts in a section: its own people, and those above them who reach it through their charge.
IN_A_SECTION = (
    *ROLES_OF_KIND[UnitKind.SECTION],
    Role.DEPUTY_LEADER,
    Role.BUREAU_LEADER,
    Role.AUDITOR,
)


@dataclass(frozen=True)
class Row:
    """One ground for rights: what it is, why the unit has it, and per role the verbs."""

    title: str | Promise
    why: str
    cells: tuple[tuple[Role, tuple[str, ...]], ...]
    is_available: bool = True


def roles_of(unit: Unit) -> tuple[Role, ...]:
    return IN_A_SECTION if unit.kind == UnitKind.SECTION else tuple(ROLES_OF_KIND[UnitKind(unit.kind)])


def capability_rows(unit: Unit) -> list[Row]:
    """What follows from the duties: duty → capability → verbs of each role."""
    grounds: dict[str, list[Duty | None]] = {}
    leads: set[str] = set()
    rows = HeldCapability.objects.filter(unit=unit).select_related("duty").order_by("duty__order", "pk")
    for row in rows:
        grounds.setdefault(row.capability, []).append(row.duty)
        if row.is_lead:
            leads.add(row.capability)
    return [_capability_row(name, duties, name in leads) for name, duties in grounds.items()]


def _capability_row(name: str, duties: list[Duty | None], is_lead: bool) -> Row:
    why = "; ".join(str(duty) if duty else _("held without a duty of its own") for duty in duties)
    if is_lead:
        why = _("%(duties)s (leads where several sections hold it)") % {"duties": why}
    declared = CAPABILITIES.get(name)
    if declared is None:
        return Row(capability_label(name), why, (), is_available=False)
    return Row(declared.label, why, _cells(declared, declared.holder, IN_A_SECTION))


def participant_rows(unit: Unit) -> list[Row]:
    """What the unit may do with records of others that name it."""
    why = _("when a record names this unit")
    return [
        Row(capability.label, why, _cells(capability, capability.participant, roles_of(unit)))
        for capability in CAPABILITIES
        if capability.participant
    ]


def _cells(
    capability: Capability, verbs: Mapping[str, Roles], columns: Iterable[Role]
) -> tuple[tuple[Role, tuple[str, ...]], ...]:
    labels = _labels(capability.name)
    return tuple(
        (
            role,
            tuple(labels.get(verb) or verb_label(verb) for verb, allowed in verbs.items() if role in allowed),
        )
        for role in columns
    )


def _labels(capability: str) -> dict[str, str]:
    """Verb → the label of the step that it allows, for the records of a capability."""
    found: dict[str, str] = {}
    for policy in POLICIES:
        workflow = WORKFLOWS.get(policy.model._meta.label_lower)
        if getattr(policy, "capability", "") == capability and workflow is not None:
            found |= {step.name: str(step.label) for step in workflow.transitions}
    return found


def verb_label(verb: str) -> str:
    return str(VERB_LABELS.get(verb, verb.replace("_", " ")))


def remit_rows(unit: Unit) -> list[Row]:
    """Rights over shared records: remit (or place) → verbs of each role, with how many records."""
    found = [_remit_row(row, roles_of(unit)) for row in Remit.objects.filter(unit=unit).order_by("order")]
    if unit.kind == UnitKind.DISTRICT:
        found += [_district_row(unit, over) for over in roles.DISTRICT_SCHOOL_VERBS if over in TARGETS]
    return found


def _remit_row(remit: Remit, columns: Iterable[Role]) -> Row:
    target = TARGETS.get(remit.over)
    title = OVER_LABELS.get(remit.over, remit.over)
    which = _filters(remit)
    if target is None:
        return Row(title, which, (), is_available=False)
    count = target.model._default_manager.filter(target.matching(remit.filters)).order_by().distinct().count()
    return Row(
        title, _how_many(which, count, target.model._meta.verbose_name_plural), _shared(remit.verbs, columns)
    )


def _district_row(unit: Unit, over: str) -> Row:
    target = TARGETS[over]
    rows = target.model._default_manager.filter(target.live(), **{target.managing_unit: unit})
    why = _how_many(_("those that it manages"), rows.count(), target.model._meta.verbose_name_plural)
    return Row(OVER_LABELS[over], why, _shared(roles.DISTRICT_SCHOOL_VERBS[over], roles_of(unit)))


def _how_many(which: str, count: int, records: str | Promise | None) -> str:
    return _("%(which)s: %(count)s %(records)s") % {"which": which, "count": count, "records": records}


def _shared(verbs: Iterable[str], columns: Iterable[Role]) -> tuple[tuple[Role, tuple[str, ...]], ...]:
    return tuple(
        (role, tuple(verb_label(verb) for verb in verbs if verb in roles.SHARED_VERBS[role]))
        for role in columns
    )


def _filters(remit: Remit) -> str:
    """ "stages primary, junior secondary", "private", or "all"."""
    target = TARGETS.get(remit.over)
    parts = []
    for name, value in remit.filters.items():
        if isinstance(value, bool):
            parts.append(str(FILTER_LABELS[name]) if value else _("not private"))
            continue
        words = target.words.get(name, {}) if target else {}
        values = ", ".join(str(words.get(one, one)) for one in value)
        parts.append(f"{FILTER_LABELS[name]} {values}")
    return "; ".join(parts) or _("all")


@dataclass(frozen=True)
class Held:
    """A capability in the registry of the page: its holders, the lead first."""

    name: str
    label: str | Promise
    units: tuple[Unit, ...]
    is_available: bool


def capabilities_with_holders() -> list[Held]:
    """Every capability that is installed or that the chart names; one query."""
    units: dict[str, dict[int, Unit]] = {}
    rows = HeldCapability.objects.filter(unit__is_active=True).select_related("unit")
    for row in rows.order_by("capability", "-is_lead", "unit__order"):
        units.setdefault(row.capability, {})[row.unit_id] = row.unit
    names = [*CAPABILITIES.keys(), *(name for name in units if name not in CAPABILITIES)]
    return [
        Held(
            name=name,
            label=capability_label(name),
            units=tuple(units.get(name, {}).values()),
            is_available=name in CAPABILITIES,
        )
        for name in names
    ]
