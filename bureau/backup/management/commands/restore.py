"""`manage.py restore FOLDER`: into an empty database and an empty place for files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from bureau.backup import checking, restoring
from bureau.backup.faults import BackupFault

# What the house says about itself; each is a command of its own.
ASKED = (("search", "check"), ("workflow", "check"), ("charter", "check"))


class Command(BaseCommand):
    help = "Brings a backup back into an empty place, looks whether all is there, and says how long it took."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="one backup, or the folder that holds them: then the newest"
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            done = restoring.restore(checking.newest(folder))
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        faults = done.faults + [said for words in ASKED if (said := self.ask(*words))]
        found = done.manifest
        self.stdout.write(
            f"Restored {found.name}: {sum(found.tables.values())} rows, {len(found.media)} files. "
            "Everybody signs in anew."
        )
        self.stdout.write(f"Lost since that moment (RPO): {done.lost}. Time it took (RTO): {done.took}.")
        if faults:
            raise CommandError("Not as in the backup:\n" + "\n".join(f"  {fault}" for fault in faults))

    def ask(self, *words: str) -> str:
        try:
            call_command(*words, stdout=self.stderr)
        except CommandError as error:
            return f"manage.py {' '.join(words)}: {error}"
        return ""
