"""Word to the system administrators that there is no good backup."""

from __future__ import annotations

from typing import Literal

from bureau.notices.models import Notice
from bureau.notices.services import tell as notify
from bureau.notices.tasks import administrators


def tell(trouble: Literal["failed", "overdue"]) -> None:
    """Once: not again while the last word of the same trouble is unread."""
    kind = f"backup.{trouble}"
    unread = Notice.objects.filter(kind=kind, read_at__isnull=True).values("user_id")
    notify(kind, to=administrators().exclude(pk__in=unread), url="/desk/jobs/")
