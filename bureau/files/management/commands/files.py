"""`manage.py files reconcile [--repair] [--digests]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureau.accounts.principals import System
from bureau.files import keeping

BY = System("manage.py files")


class Command(BaseCommand):
    help = "Compares the rows of attached files with what lies below FILES_ROOT, in both directions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["reconcile"])
        parser.add_argument(
            "--repair", action="store_true", help="Remove contents without a row, mark rows without content."
        )
        parser.add_argument("--digests", action="store_true", help="Read every file and compare its SHA-256.")

    def handle(self, *args: Any, **options: Any) -> None:
        report = keeping.reconcile(with_digests=options["digests"])
        for line in _lines(report):
            self.stdout.write(line)
        if report.is_sound:
            self.stdout.write("Rows and files agree.")
        elif options["repair"]:
            keeping.repair(report, by=BY)
            self.stdout.write(
                f"Repaired. {len(report.altered)} altered files need the backup."
                if report.altered
                else "Repaired."
            )
        else:
            raise CommandError(f"{report.count} do not match; --repair puts in order what can be.")


def _lines(report: keeping.Report) -> list[str]:
    return [
        *[f"File without row: {name}" for name in report.without_row],
        *[f"Row without file: {_of(row)}" for row in report.without_file],
        *[f"File altered: {_of(row)}" for row in report.altered],
        *[f"Row without record: {_of(row)}" for row in report.without_record],
    ]


def _of(row: Any) -> str:
    return f"attachment {row.pk} of {row.record_kind} {row.record_id} ({row.stored_as})"
