"""What reports on persons offer: to the staff of the discipline unit, and to nobody else."""

from django.utils.translation import gettext_lazy as _

from bureau.charter.capabilities import SECTION_OFFICERS, SECTION_STAFF, Capability, register

NAME = "office.person_reports"

register(
    Capability(
        NAME,
        label=_("Reports on persons"),
        holder={
            "view": SECTION_STAFF,
            "add": SECTION_STAFF,
            "register": SECTION_STAFF,
            "tell": SECTION_OFFICERS,
            "verify": SECTION_OFFICERS,
            "refer": SECTION_OFFICERS,
            "close": SECTION_OFFICERS,
            "reveal": SECTION_OFFICERS,
            "reissue": SECTION_OFFICERS,
            "keep_longer": SECTION_OFFICERS,
        },
        public_links=(("public:letter_report", _("Report a person")),),
        desk_link="office:personreport_list",
    )
)
