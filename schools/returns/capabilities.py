"""What returns offer, and to which roles. Any section may own forms; the holder sees all of them."""

from django.utils.translation import gettext_lazy as _

from bureau.charter.capabilities import (
    LEADERS,
    READERS,
    SECTION_OFFICERS,
    SECTION_STAFF,
    Capability,
    register,
)

NAME = "schools.returns"

register(
    Capability(
        NAME,
        label=_("School returns"),
        holder={
            "view": READERS,
            "export": SECTION_STAFF,
            "keep_tables": SECTION_OFFICERS,
        },
        participant={
            "view": READERS,
            "export": SECTION_STAFF,
            "design": SECTION_STAFF,
            "freeze": SECTION_OFFICERS,
            "issue": SECTION_OFFICERS,
            "comment": SECTION_STAFF,
            "send_back": SECTION_STAFF,
            "accept": SECTION_OFFICERS,
            "excuse": SECTION_OFFICERS,
            "unlock": SECTION_OFFICERS,
            "urge": SECTION_STAFF | LEADERS,
        },
        public_links=(("public:return_forms", _("Forms that schools fill in")),),
        desk_link="schools:collection_list",
    )
)
