"""What the register of teachers offers. Over its records the remits decide, see `rules.py`."""

from django.utils.translation import gettext_lazy as _

from bureau.charter.capabilities import READERS, SECTION_OFFICERS, SECTION_STAFF, Capability, register

register(
    Capability(
        "personnel.teachers",
        label=_("Teacher register"),
        holder={"view": READERS, "keep": SECTION_STAFF, "fields": SECTION_OFFICERS},
        desk_link="personnel:teacher_list",
    )
)
