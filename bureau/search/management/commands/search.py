"""manage.py search rebuild | check: the index made anew, or compared with the records."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from bureau.search.checking import compare
from bureau.search.declare import SEARCHABLES, Searchable
from bureau.search.services import forget_unknown_kinds, rebuild
from bureau.search.storage import rebuild_words


class Command(BaseCommand):
    help = "Make the search index anew, or compare it with the records."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["rebuild", "check"])
        parser.add_argument("--kind", help="one kind of record, such as schools.school")

    def handle(self, *args: Any, **options: Any) -> None:
        kinds = self._kinds(options["kind"])
        if options["act"] == "rebuild":
            self._rebuild(kinds, is_all=not options["kind"])
        else:
            self._check(kinds)

    def _kinds(self, name: str | None) -> list[Searchable]:
        if name and name not in SEARCHABLES:
            raise CommandError(f"{name} is not searchable; there are: {', '.join(SEARCHABLES.keys())}")
        return [SEARCHABLES[name]] if name else list(SEARCHABLES)

    def _rebuild(self, kinds: list[Searchable], *, is_all: bool) -> None:
        if is_all:
            forget_unknown_kinds()
            rebuild_words(connection)
        for searchable in kinds:
            self.stdout.write(f"{searchable.kind}: {rebuild(searchable)} entries changed")

    def _check(self, kinds: list[Searchable]) -> None:
        faults = 0
        for searchable in kinds:
            found = compare(searchable)
            faults += found.count
            self.stdout.write(
                f"{searchable.kind}: {found.records} records, {found.missing} missing, "
                f"{found.stale} stale, {found.surplus} surplus"
            )
        if faults:
            raise CommandError("The index differs from the records: run `manage.py search rebuild`.")
