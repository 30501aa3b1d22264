"""`manage.py lookup_key rotate|status`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bureau.audit.services import Machine
from bureau.identifiers import lookup_key
from bureau.identifiers.encryption import CannotDecrypt, lookup_keys
from bureau.identifiers.lookup_key import Column, Left

BY = Machine("manage.py lookup_key")


class Command(BaseCommand):
    help = "Writes digests anew with the first key of LOOKUP_KEY, or says whether the former keys may go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["rotate", "status"])

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["act"])()

    def rotate(self) -> None:
        try:
            count = lookup_key.rotate(by=BY, tell=self._tell)
        except CannotDecrypt as error:
            raise CommandError(f"A sealed value does not open, set its key first: {error}.") from error
        self.stdout.write(f"{count} digests written with the first key of LOOKUP_KEY.")
        self.status()

    def _tell(self, key: str, written: int, left: Left) -> None:
        self.stdout.write(
            f"{key}: {written} written, {left.former} under a former key, {left.lost} under none."
        )

    def status(self) -> None:
        """Ends with 1 where `rotate` has work left, so that a script can wait for it."""
        found = [(key, column, left) for key, column, left in lookup_key.status() if left.former or left.lost]
        for key, column, left in found:
            self.stdout.write(f"{key}: {_sentence(column, left)}")
        if len(lookup_keys()) < 2:
            self.stdout.write("One key is set; nothing is being changed.")
            return
        waiting = [key for key, column, left in found if column.makes_anew and left.former]
        if waiting:
            raise CommandError(
                f"The former key must stay: run “manage.py lookup_key rotate” for {', '.join(waiting)}. What "
                "still remains after that is told above and in docs/operations.md, “Rotate keys”."
            )
        if any(left.former for _key, _column, left in found):
            self.stdout.write(
                "All that can be computed is written. What is listed stops working without the former key."
            )
            return
        self.stdout.write("Nothing needs the former key: take it out of LOOKUP_KEY.")


def _sentence(column: Column, left: Left) -> str:
    parts = []
    if left.former and column.makes_anew:
        some = ", ".join(map(str, left.rows))
        parts.append(f"{left.former} under a former key" + (f" (rows {some})" if some else ""))
    elif left.former:
        end = (
            f"until {timezone.localtime(left.until):%Y-%m-%d %H:%M}"
            if left.until
            else "until each is used once"
        )
        parts.append(f"{left.former} need the former key, {end}")
    if left.lost:
        parts.append(f"{left.lost} fit no key that is set")
    return ", ".join(parts) + "."
