"""What the software offers, by name: `app.capability`. The charter says who holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from bureau.charter.choices import Role
from bureau.registry import Registry

Roles = frozenset[Role]

# Sets of roles that declarations use again and again.
SECTION_STAFF: Roles = frozenset({Role.CLERK, Role.OFFICER, Role.CHIEF})
SECTION_OFFICERS: Roles = frozenset({Role.OFFICER, Role.CHIEF})
LEADERS: Roles = frozenset({Role.DEPUTY_LEADER, Role.BUREAU_LEADER})
READERS: Roles = SECTION_STAFF | LEADERS | {Role.AUDITOR}


@dataclass(frozen=True)
class Capability:
    """A part of the software that discharges duties.

    `holder`: verb → roles, for the unit that holds the capability.
    `participant`: verb → roles, for whatever unit a record names; a person named has them in any role.
    """

    name: str
    label: str | Promise
    holder: Mapping[str, Roles]
    participant: Mapping[str, Roles] = field(default_factory=dict)
    # Names of public addresses (with their link text) that discharge it towards citizens.
    public_links: tuple[tuple[str, str | Promise], ...] = ()
    # Name of the staff list page without its workspace, e.g. "office:letter_list".
    desk_link: str = ""


CAPABILITIES: Registry[Capability] = Registry("capabilities")


def register(capability: Capability) -> Capability:
    return CAPABILITIES.add(capability.name, capability)


def is_installed(name: str) -> bool:
    return name in CAPABILITIES
