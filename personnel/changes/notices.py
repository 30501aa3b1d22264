"""What these requests tell people. No person is named in a notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

ASKED = register(
    NoticeKind("personnel.change_asked", title=_("%(school)s asks for a change in a teacher's record"))
)
ACCEPTED = register(
    NoticeKind(
        "personnel.change_accepted", title=_("A change in a teacher's record that you asked for was accepted")
    )
)
REFUSED = register(
    NoticeKind(
        "personnel.change_refused", title=_("A change in a teacher's record that you asked for was refused")
    )
)
