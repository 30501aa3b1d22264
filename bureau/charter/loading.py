"""Writing a chart into the tables: units, duties, capabilities, remits. Access moves people and records."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bureau.accounts.principals import Principal, System
from bureau.charter.chart import Chart, Section
from bureau.charter.choices import UnitKind
from bureau.charter.models import Charter, Duty, HeldCapability, Remit, Unit
from bureau.charter.selectors import chart_in_force
from bureau.charter.units import bureau_unit, create_unit


@transaction.atomic
def write_chart(chart: Chart, *, by: Principal) -> Charter:
    """Make the sections of `chart` and what they hold; what is gone stays until `retire_sections`."""
    running = chart_in_force()
    charter = Charter.objects.create(
        key=chart.key,
        name=chart.name,
        name_zh=chart.name_zh,
        region=chart.region,
        loaded_by="" if isinstance(by, System) else by.audit_name,  # a command's name is a machine's
        digest=chart.digest,
    )
    root = bureau_unit(chart.name, chart.name_zh)
    if (root.name, root.name_zh) != (chart.name, chart.name_zh):
        Unit.objects.filter(pk=root.pk).update(name=chart.name, name_zh=chart.name_zh)
    known = {unit.key: unit for unit in Unit.objects.filter(kind=UnitKind.SECTION)}
    for order, section in enumerate(chart.sections):
        unit = _write_unit(section, known.get(section.key), root, order)
        if running is None or running.section(section.key) != section:
            _write_holdings(unit, section)
    _write_leads(chart)
    return charter


def _write_unit(section: Section, unit: Unit | None, root: Unit, order: int) -> Unit:
    if unit is None:
        return create_unit(
            key=section.key,
            kind=UnitKind.SECTION,
            name=section.name,
            name_zh=section.name_zh,
            parent=root,
            order=order,
        )
    wanted = {
        "name": section.name,
        "name_zh": section.name_zh,
        "order": order,
        "is_active": True,
        "ended_on": None,
        "successor": None,
    }
    for field, value in wanted.items():
        setattr(unit, field, value)
    unit.save(update_fields=list(wanted))
    return unit


def _write_holdings(unit: Unit, section: Section) -> None:
    """Duties keep their rows by number; capabilities and remits are written anew."""
    unit.held.all().delete()
    unit.remits.all().delete()
    unit.duties.exclude(code__in=[duty.code for duty in section.duties]).delete()
    held = [HeldCapability(unit=unit, capability=name) for name in section.also]
    for order, line in enumerate(section.duties):
        duty, _ = Duty.objects.update_or_create(
            unit=unit, code=line.code, defaults={"name": line.name, "name_zh": line.name_zh, "order": order}
        )
        held += [HeldCapability(unit=unit, capability=name, duty=duty) for name in line.by]
    HeldCapability.objects.bulk_create(held)
    Remit.objects.bulk_create(
        Remit(unit=unit, over=remit.over, verbs=list(remit.verbs), filters=dict(remit.filters), order=order)
        for order, remit in enumerate(section.remits)
    )


def _write_leads(chart: Chart) -> None:
    HeldCapability.objects.filter(is_lead=True).update(is_lead=False)
    for capability, key in chart.leads.items():
        HeldCapability.objects.filter(capability=capability, unit__key=key).update(is_lead=True)


@transaction.atomic
def retire_sections(chart: Chart, successors: dict[str, str]) -> list[Unit]:
    """End the sections that `chart` no longer names. `successors`: key → the one that took all over."""
    gone = list(
        Unit.objects.filter(kind=UnitKind.SECTION, is_active=True)
        .exclude(key__in=chart.section_keys())
        .order_by("order")
    )
    units = {unit.key: unit for unit in Unit.objects.filter(kind=UnitKind.SECTION)}
    for unit in gone:
        unit.held.all().delete()
        unit.remits.all().delete()
        unit.duties.all().delete()
        unit.is_active, unit.ended_on = False, timezone.localdate()
        unit.successor = units.get(successors.get(unit.key, ""))
        unit.save(update_fields=["is_active", "ended_on", "successor"])
        # Whatever went to this unit earlier goes on to where it goes now.
        Unit.objects.filter(successor=unit).update(successor=unit.successor)
    return gone
