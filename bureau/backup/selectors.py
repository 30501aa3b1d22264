"""How old the last good backup is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone

from bureau.backup.models import BackupRun


def is_watched() -> bool:
    """Whether somebody wants to know: BACKUP_MAX_AGE_HOURS is set."""
    return bool(settings.BACKUP_MAX_AGE_HOURS > 0)


def is_overdue(now: datetime | None = None) -> bool:
    """No good backup for BACKUP_MAX_AGE_HOURS. A new portal has as long for its first one."""
    if not is_watched():
        return False
    limit = (now or timezone.now()) - timedelta(hours=settings.BACKUP_MAX_AGE_HOURS)
    if BackupRun.objects.filter(is_whole=True, began_at__gte=limit).exists():
        return False
    since = _since()
    return since is None or since < limit


def _since() -> datetime | None:
    """When the database was made."""
    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        return None
    found: datetime | None = recorder.migration_qs.aggregate(first=Min("applied"))["first"]
    return found
