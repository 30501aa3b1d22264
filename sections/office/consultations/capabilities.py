"""What consultations offer, and to which roles. Every section drafts; the holder opens and concludes."""

from django.utils.translation import gettext_lazy as _

from bureau.charter.capabilities import (
    LEADERS,
    READERS,
    SECTION_OFFICERS,
    SECTION_STAFF,
    Capability,
    register,
)

NAME = "office.consultations"

register(
    Capability(
        NAME,
        label=_("Consultations"),
        holder={
            "view": READERS,
            "export": SECTION_STAFF,
            "draft": SECTION_STAFF,
            "publish": SECTION_OFFICERS,
            "extend": SECTION_OFFICERS,
            "withdraw": SECTION_OFFICERS,
            "conclude": SECTION_OFFICERS,
            "read_opinions": READERS,
            "export_opinions": SECTION_STAFF,
            "sort": SECTION_STAFF,
            "reveal": SECTION_OFFICERS,
        },
        participant={
            "view": SECTION_STAFF | LEADERS,
            "draft": SECTION_STAFF,
            "read_opinions": SECTION_STAFF | LEADERS,
            "export_opinions": SECTION_STAFF,
            "sort": SECTION_STAFF,
        },
        public_links=(("public:consultation_list", _("Drafts open for comment")),),
        desk_link="office:consultation_list",
    )
)
