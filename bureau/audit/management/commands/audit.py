"""`manage.py audit seal|verify|purge`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.audit import sealing
from bureau.audit.models import Seal
from bureau.audit.services import Machine
from bureau.audit.triggers import term_days

BY = Machine("manage.py audit")


class Command(BaseCommand):
    help = "Seals the audit, verifies its chain, or removes events whose term is over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["seal", "verify", "purge"])
        parser.add_argument(
            "--anchor", default="", help="A digest from the log: it must be part of the chain."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["act"])(options)

    def seal(self, options: dict[str, Any]) -> None:
        made = sealing.seal()
        self.stdout.write(f"Seal {made.number} over {made.count} events." if made else "Nothing new to seal.")

    def verify(self, options: dict[str, Any]) -> None:
        report = sealing.verify_and_record(by=BY)
        faults = [f"Seal {number}: {fault}." for number, fault in report.faults]
        if options["anchor"] and not Seal.objects.filter(digest=options["anchor"]).exists():
            faults.append(
                "The digest from the log is not in the chain: the chain was rewritten or cut short."
            )
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{report.seals} seals, {report.events} events: unchanged.")

    def purge(self, options: dict[str, Any]) -> None:
        removed = sealing.purge(by=BY)
        self.stdout.write(f"{removed} sealed events older than {term_days()} days removed.")
