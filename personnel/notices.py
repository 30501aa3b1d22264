"""What the teacher register tells people. No person is named in a notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

TEACHERS_MERGED = register(
    NoticeKind(
        "personnel.teachers_merged",
        title=_(
            "One of your teachers stood in the register twice; %(number)s and %(other)s are one record now"
        ),
    )
)
