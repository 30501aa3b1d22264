"""What returns tell people. A school hears once a day of all that is due, not once for each form."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

URGED = register(
    NoticeKind(
        "schools.return_urged",
        title=_("%(unit)s urges %(school)s: “%(title)s”, due on %(due)s, has not been sent"),
    )
)
URGED_MANY = register(
    NoticeKind(
        "schools.returns_urged",
        title=_("%(unit)s urges %(school)s: %(count)s returns have not been sent, the first due on %(due)s"),
    )
)
DIGEST = register(NoticeKind("schools.returns_digest", title=_("%(school)s, returns: %(summary)s")))
LATE_IN_DISTRICT = register(
    NoticeKind(
        "schools.returns_late_district",
        title=_("Returns of your schools that are late and not sent: %(count)s (%(titles)s)"),
    )
)
LATE_IN_SECTION = register(
    NoticeKind(
        "schools.returns_late_section",
        title=_("Returns to your section that are late and not sent: %(count)s (%(titles)s)"),
    )
)
