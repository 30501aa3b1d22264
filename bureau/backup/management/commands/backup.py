"""`manage.py backup FOLDER` makes one; `manage.py backup check FOLDER` reads one again."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bureau.backup import checking, manifest, services
from bureau.backup.faults import BackupFault
from bureau.backup.manifest import Manifest


class Command(BaseCommand):
    help = "Takes database and attached files out, whole and checked; or checks what was taken."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("words", nargs="+", metavar="[check] FOLDER")
        parser.add_argument(
            "--keep-days",
            type=int,
            default=settings.BACKUP_KEPT_DAYS,
            help="Remove older ones, never the newest.",
        )

    def handle(self, *args: Any, words: list[str], keep_days: int, **options: Any) -> None:
        try:
            if words[:-1] == ["check"]:
                self.check_one(Path(words[-1]))
            elif len(words) == 1:
                folder = services.make(Path(words[0]).resolve(), keep=timedelta(days=keep_days))
                self.stdout.write(f"{folder}: {_summary(manifest.read(folder))}")
            else:
                raise CommandError("Say `backup FOLDER` or `backup check FOLDER`.")
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault

    def check_one(self, folder: Path) -> None:
        found = checking.newest(folder)
        self.stdout.write(f"{found}: whole; {_summary(checking.check(found))}")


def _summary(found: Manifest) -> str:
    rows = sum(found.tables.values())
    lost = f"; {len(found.vanished)} files were not there" if found.vanished else ""
    return f"{rows} rows in {len(found.tables)} tables, {len(found.media)} files, {found.size / 1e6:.1f} MB{lost}"
