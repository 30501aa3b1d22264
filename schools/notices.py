"""What the register tells people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

CONFIRMATION_ASKED = register(
    NoticeKind("schools.confirmation_asked", title=_("Please confirm the details of %(school)s by %(due)s"))
)
CONFIRMATION_DUE = register(
    NoticeKind(
        "schools.confirmation_due",
        title=_("The details of %(school)s have not been confirmed; they are due by %(due)s"),
    )
)
DOUBLE_MERGED = register(
    NoticeKind(
        "schools.double_merged",
        title=_("%(school)s stood in the register twice; the two records were merged"),
    )
)
DOUBLE_ENDED = register(
    NoticeKind(
        "schools.double_ended",
        title=_(
            "Your account belonged to a second record of %(school)s that was merged; ask the head of the school "
            "for access to the one that stays"
        ),
    )
)
REQUEST_MADE = register(
    NoticeKind("schools.request_made", title=_("%(school)s asks for a change of its record"))
)
REQUEST_ACCEPTED = register(
    NoticeKind("schools.request_accepted", title=_("A change that %(school)s asked for was accepted"))
)
REQUEST_REFUSED = register(
    NoticeKind("schools.request_refused", title=_("A change that %(school)s asked for was refused"))
)
