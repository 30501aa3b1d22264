"""Load the reference data of every app: calendar, clock rules, code lists. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from bureau.deadlines.references import load_all


class Command(BaseCommand):
    help = (
        "Load the reference data of every app (holiday notices, clock rules, code lists); safe to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for loader, loaded in load_all():
            if options["verbosity"]:
                self.stdout.write(
                    f"{loader.key}: {loaded.created} new, {loaded.changed} corrected, {loaded.same} as before"
                )
