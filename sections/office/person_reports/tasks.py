"""What the portal does with reports on its own."""

from __future__ import annotations

from bureau.jobs.schedule import every
from sections.office.person_reports.enclosing import delete_outdated


@every(name="person_reports.outdated_files", minutes=60)
def delete_outdated_files() -> None:
    """Files of reports that were never sent, when their hours are over."""
    while delete_outdated():
        pass
