"""What transfers offer, and to which roles."""

from django.utils.translation import gettext_lazy as _

from bureau.charter.capabilities import (
    READERS,
    SECTION_OFFICERS,
    SECTION_STAFF,
    Capability,
    register,
)
from bureau.charter.choices import Role

_SCHOOL = frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK})
_HEAD = frozenset({Role.PRINCIPAL})
_DISTRICT = frozenset({Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER})

register(
    Capability(
        "personnel.transfers",
        label=_("Transfers and rotation"),
        holder={
            "view": READERS,
            "export": SECTION_STAFF,
            "add": SECTION_STAFF,
            "approve": SECTION_OFFICERS,
            "refuse": SECTION_OFFICERS,
        },
        participant={
            "view": _SCHOOL | _DISTRICT,
            "export": _HEAD,
            "add": _SCHOOL,
            "agree": _HEAD,
            "decline": _HEAD,
            "withdraw": _SCHOOL | SECTION_STAFF,
        },
        desk_link="personnel:transfer_list",
    )
)
