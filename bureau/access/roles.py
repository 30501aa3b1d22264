"""Which role may do what: data, read by the policies."""

from __future__ import annotations

from bureau.charter.choices import Role

# Verbs over shared records (school, teacher, student, fund). A right needs both: the unit's remit and the role.
_STAFF = frozenset({"view", "add", "change", "export", "train"})
SHARED_VERBS: dict[Role, frozenset[str]] = {
    Role.CLERK: _STAFF,
    Role.OFFICER: _STAFF | {"adjust", "transfer", "review", "reveal", "allocate"},
    Role.CHIEF: _STAFF | {"adjust", "transfer", "review", "reveal", "allocate", "merge", "close"},
    Role.DEPUTY_LEADER: frozenset({"view", "export"}),
    Role.BUREAU_LEADER: frozenset({"view", "export"}),
    Role.AUDITOR: frozenset({"view"}),
    Role.SYSTEM_ADMIN: frozenset(),
    Role.SECURITY_ADMIN: frozenset(),
    Role.DISTRICT_REVIEWER: frozenset({"view", "review"}),
    Role.DISTRICT_LEADER: frozenset({"view", "review", "export"}),
    Role.PRINCIPAL: frozenset({"view", "add", "change", "export"}),
    Role.SCHOOL_CLERK: frozenset({"view", "add", "change", "export"}),
}

_STAFF_ROLES = frozenset(
    {Role.CLERK, Role.OFFICER, Role.CHIEF, Role.DEPUTY_LEADER, Role.BUREAU_LEADER, Role.AUDITOR}
)
_ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
_DISTRICT = frozenset({Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER})

# What the ground floor itself offers, by role. The three administrators are kept apart (MLPS 8.1.4.2).
GROUND_VERBS: dict[str, frozenset[Role]] = {
    "desk.open": _STAFF_ROLES | _ADMINS | _DISTRICT,
    "school.open": frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK}),
    "charter.view": _STAFF_ROLES | _ADMINS | _DISTRICT,
    "charter.load": frozenset({Role.SECURITY_ADMIN}),
    "members.manage": frozenset({Role.SECURITY_ADMIN}),
    "accounts.manage": frozenset({Role.SECURITY_ADMIN}),
    "accounts.onboard": frozenset({Role.SECURITY_ADMIN}),
    "accounts.reset": frozenset({Role.SECURITY_ADMIN, Role.DISTRICT_LEADER}),
    "school.users": frozenset({Role.PRINCIPAL}),
    "shares.manage": frozenset({Role.SECURITY_ADMIN, Role.CHIEF}),
    "calendar.view": _STAFF_ROLES | _ADMINS | _DISTRICT,
    "calendar.import": frozenset({Role.SYSTEM_ADMIN}),
    "audit.read": frozenset({Role.AUDITOR}),
    "site.keep": frozenset({Role.SYSTEM_ADMIN}),
    "jobs.read": frozenset({Role.SYSTEM_ADMIN}),
    "outgoing.read": frozenset({Role.SYSTEM_ADMIN}),
    "styleguide.view": _STAFF_ROLES | _ADMINS,
}

# Rights that units have over schools without a remit of the charter, compiled the same way.
# Kind of shared record → verbs: a school over what is its own, a district over the schools that it manages.
OWN_SCHOOL_VERBS: dict[str, tuple[str, ...]] = {
    "school": ("view", "change", "export"),
    "teacher": ("view", "add", "change", "export"),
    "student": ("view", "add", "change", "export"),
}
DISTRICT_SCHOOL_VERBS: dict[str, tuple[str, ...]] = {
    "school": ("view", "review", "export"),
    "teacher": ("view", "review", "export"),
    "student": ("view", "export"),
}
