"""The pages that nginx shows when the portal does not answer: our own error pages, made beforehand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.test import RequestFactory

from bureau.public import errors
from bureau.public.languages import PREFIXES

STATUSES = (400, 413, 429, 503)


class Command(BaseCommand):
    help = "Write the error pages of nginx below a folder, one per language and status. Asks no database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        for prefix in PREFIXES.values():
            (folder / prefix).mkdir(parents=True, exist_ok=True)
            for status in STATUSES:
                (folder / prefix / f"{status}.html").write_bytes(made(prefix, status))


def made(prefix: str, status: int) -> bytes:
    """The page as Django would answer it at an address of that language."""
    request = RequestFactory().get(f"/{prefix}/")
    fault = replace(errors.FAULTS[status], asks_database=False)
    return errors.page(request, status, fault=fault).content
