"""returns check | rebuild"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from schools.returns.services import proving


class Command(BaseCommand):
    help = "Prove that figures and sums agree with the accepted returns; make them anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("check", help="list what does not agree; fails if there is anything")
        actions.add_parser("rebuild", help="write wrong figures anew, and all sums from the figures")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "rebuild":
            returns, sums = proving.rebuild()
            self.stdout.write(f"The figures of {returns} returns and {sums} sums were made anew.")
            return
        found = list(proving.disagreements())
        if found:
            raise CommandError("\n".join([*found, "`manage.py returns rebuild` makes them anew."]))
        self.stdout.write("Figures and sums agree with the accepted returns.")
