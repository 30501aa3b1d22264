"""Reading the chart in force."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from bureau.charter.chart import Chart, DutyLine, RemitLine, Section
from bureau.charter.choices import Role, UnitKind
from bureau.charter.models import Charter, Duty, HeldCapability, Membership, Remit, Unit


def charter_in_force() -> Charter | None:
    return Charter.objects.first()


def sections() -> QuerySet[Unit]:
    """The sections of the chart in force, in its order."""
    return Unit.objects.filter(kind=UnitKind.SECTION, is_active=True).order_by("order", "key")


def holders(capability: str) -> QuerySet[Unit]:
    """The sections that hold a capability, the lead first."""
    return sections().filter(held__capability=capability).order_by("-held__is_lead", "order").distinct()


def chart_in_force() -> Chart | None:
    """The running chart as plain values, comparable with a file; None before the first load."""
    charter = charter_in_force()
    if charter is None:
        return None
    held = _held_by_place()
    duties = _by_unit(Duty.objects.order_by("unit_id", "order", "pk"))
    remits = _by_unit(Remit.objects.order_by("unit_id", "order", "pk"))
    return Chart(
        key=charter.key,
        name=charter.name,
        name_zh=charter.name_zh,
        region=charter.region,
        leads=dict(
            HeldCapability.objects.filter(is_lead=True).values_list("capability", "unit__key").order_by("pk")
        ),
        sections=tuple(_section(unit, duties[unit.pk], remits[unit.pk], held) for unit in sections()),
        digest=charter.digest,
    )


def _by_unit(rows: QuerySet[Duty] | QuerySet[Remit]) -> dict[int, list[Duty | Remit]]:
    found: dict[int, list[Duty | Remit]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(row)
    return found


def _held_by_place() -> dict[tuple[int, int | None], list[str]]:
    """(unit, duty or None) → capabilities, in the order of the file."""
    found: dict[tuple[int, int | None], list[str]] = defaultdict(list)
    for unit, duty, name in HeldCapability.objects.order_by("pk").values_list(
        "unit_id", "duty_id", "capability"
    ):
        found[unit, duty].append(name)
    return found


def _section(
    unit: Unit,
    duties: list[Duty | Remit],
    remits: list[Duty | Remit],
    held: dict[tuple[int, int | None], list[str]],
) -> Section:
    return Section(
        key=unit.key,
        name=unit.name,
        name_zh=unit.name_zh,
        remits=tuple(
            RemitLine(row.over, tuple(row.verbs), dict(row.filters))
            for row in remits
            if isinstance(row, Remit)
        ),
        also=tuple(held[unit.pk, None]),
        duties=tuple(
            DutyLine(row.code, row.name, row.name_zh, tuple(held[unit.pk, row.pk]))
            for row in duties
            if isinstance(row, Duty)
        ),
    )


def members(unit: Unit) -> QuerySet[Membership]:
    """The people of a unit today, the leading ones first."""
    found = Membership.objects.in_force().filter(unit=unit).select_related("user")
    order = Case(*(When(role=role, then=Value(place)) for place, role in enumerate(Role.values)))
    return found.annotate(place=order).order_by("-place", "user__name", "pk")


def units_to_show() -> QuerySet[Unit]:
    """The bureau, its sections and the district bureaus, with how many people each has today."""
    kinds = [UnitKind.BUREAU, UnitKind.SECTION, UnitKind.DISTRICT]
    today = Membership.objects.in_force().filter(unit=OuterRef("pk")).order_by().values("unit")
    counted = Subquery(today.annotate(n=Count("user", distinct=True)).values("n"))
    return (
        Unit.objects.filter(kind__in=kinds, is_active=True)
        .annotate(people=Coalesce(counted, 0))
        .order_by("order", "key")
    )
