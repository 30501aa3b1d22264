"""Somebody must notice that the backup of last night did not happen."""

from __future__ import annotations

from bureau.jobs.schedule import every


@every(name="backup.watch", minutes=60)
def watch() -> None:
    from bureau.backup.alarms import tell
    from bureau.backup.selectors import is_overdue

    if is_overdue():
        tell("overdue")
