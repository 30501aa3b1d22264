"""What the backup tells."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.notices.kinds import NoticeKind, register

register(NoticeKind("backup.failed", title=_("The backup failed. The log of “manage.py backup” says why.")))
register(
    NoticeKind("backup.overdue", title=_("No backup has been made in time. Look after “manage.py backup”."))
)
