"""What transfers tell people. No person is named in a notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

REQUESTED = register(
    NoticeKind(
        "personnel.transfer_requested",
        title=_("A teacher is to move from %(old)s to %(new)s: please say whether you agree"),
    )
)
AGREED = register(
    NoticeKind(
        "personnel.transfer_agreed",
        title=_("%(old)s and %(new)s agree that a teacher moves; the transfer waits for a decision"),
    )
)
APPROVED = register(
    NoticeKind(
        "personnel.transfer_approved",
        title=_("A transfer from %(old)s to %(new)s was approved; it takes effect on %(day)s"),
    )
)
REFUSED = register(
    NoticeKind("personnel.transfer_refused", title=_("A transfer from %(old)s to %(new)s was refused"))
)
WITHDRAWN = register(
    NoticeKind(
        "personnel.transfer_withdrawn",
        title=_("The request for a transfer from %(old)s to %(new)s was withdrawn"),
    )
)
