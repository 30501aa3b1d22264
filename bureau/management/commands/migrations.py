"""Hold that migrations break nobody who still works with the release before."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.migrations.loader import MigrationLoader

from bureau import migration_rules as rules


class Command(BaseCommand):
    help = "check: name what would break or hold up the release before; release: take today's as released."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["check", "release"])

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        if act == "release":
            names = sorted(".".join(key) for key in rules.own_migrations(MigrationLoader(None)))
            rules.RELEASED.write_text("\n".join(names) + "\n", encoding="utf-8")
            self.stdout.write(f"{len(names)} migrations are released.")
            return
        found = rules.faults()
        if found:
            raise CommandError("\n".join(str(fault) for fault in found))
