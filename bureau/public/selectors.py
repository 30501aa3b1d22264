"""What the public shell reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bureau.charter.capabilities import CAPABILITIES
from bureau.charter.models import Duty, HeldCapability, Unit
from bureau.charter.selectors import charter_in_force, sections
from bureau.public.parts import part


def bureau_name() -> str:
    """The name of the bureau in the reader's language, as the charter in force gives it."""
    charter = part("charter in force", (), charter_in_force)
    return str(charter) if charter else _("Education Bureau")


@dataclass(frozen=True)
class DutyLine:
    duty: Duty
    is_available: bool
    is_partly_missing: bool
    links: tuple[tuple[str, str | Promise], ...]


@dataclass(frozen=True)
class SectionDuties:
    unit: Unit
    duties: tuple[DutyLine, ...]


def sections_with_duties() -> list[SectionDuties]:
    """Every section of the charter in force with every duty; three queries."""
    held = Prefetch("held", queryset=HeldCapability.objects.order_by("-is_lead", "capability"))
    duties = Prefetch("duties", queryset=Duty.objects.order_by("order").prefetch_related(held))
    units = sections().prefetch_related(duties)
    return [SectionDuties(unit, tuple(_line(duty) for duty in unit.duties.all())) for unit in units]


def _line(duty: Duty) -> DutyLine:
    names = [row.capability for row in duty.held.all()]
    offered = [CAPABILITIES[name] for name in names if name in CAPABILITIES]
    links = dict.fromkeys(link for capability in offered for link in capability.public_links)
    return DutyLine(
        duty=duty,
        is_available=bool(offered),
        is_partly_missing=bool(offered) and len(offered) < len(names),
        links=tuple(_first_of_each(links)),
    )


def _first_of_each(links: Iterable[tuple[str, str | Promise]]) -> Iterable[tuple[str, str | Promise]]:
    """Each address once, under the text that comes first."""
    seen: set[str] = set()
    for url_name, text in links:
        if url_name not in seen:
            seen.add(url_name)
            yield url_name, text
