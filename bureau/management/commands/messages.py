"""Keep the Chinese catalogue: update it from the sources, check it, compile it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau import translations


class Command(BaseCommand):
    help = "update: take new strings into the catalogue; check: name what is missing; compile: write the .mo file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["update", "check", "compile"])
        parser.add_argument(
            "--from", dest="given", type=Path, nargs="*", default=[], help="JSON files: English → Chinese"
        )

    def handle(self, *args: Any, act: str, given: list[Path], **options: Any) -> None:
        if act == "update":
            self.update(given)
        if act == "compile":
            translations.compile_catalogue()
        missing = translations.untranslated(translations.read_catalogue())
        if missing and act != "compile":
            listed = "\n".join(f"  {text!r}" for text in missing)
            raise CommandError(f"{len(missing)} strings without Chinese:\n{listed}")

    def update(self, given: list[Path]) -> None:
        known: dict[str, Any] = {}
        for path in given:
            known.update(json.loads(path.read_text(encoding="utf-8")))
        catalogue = translations.read_catalogue()
        catalogue.update(translations.source_messages(), no_fuzzy_matching=True)
        for message in catalogue:
            key = translations.key_of(message)
            chinese = known.get(f"{message.context}\x04{key}", known.get(key))
            if key and chinese and not translations.is_translated(message):
                if isinstance(message.id, (tuple, list)):
                    message.string = tuple(chinese) if isinstance(chinese, list) else (chinese,)
                else:
                    message.string = chinese[0] if isinstance(chinese, list) else chinese
        translations.write_catalogue(catalogue)
        translations.compile_catalogue()
