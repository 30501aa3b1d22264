"""What schools and the section are told about money."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

ALLOTTED = register(
    NoticeKind("finance.allotted", title=_("%(amount)s was allotted to your school: %(fund)s"))
)
REDUCED = register(NoticeKind("finance.reduced", title=_("Money that had not come was taken back: %(fund)s")))
DIFFERENCE = register(
    NoticeKind("finance.difference", title=_("%(school)s received less than was allotted: %(fund)s"))
)
