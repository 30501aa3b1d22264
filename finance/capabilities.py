"""What money offers, and to which roles. Rights over a single fund come from the remits, see `remits.py`."""

from django.utils.translation import gettext_lazy as _

from bureau.charter.capabilities import READERS, SECTION_STAFF, Capability, register

register(
    Capability(
        "finance.funds",
        label=_("Education funds"),
        holder={"view": READERS, "change_codes": SECTION_STAFF},
        desk_link="finance:fund_list",
    )
)
