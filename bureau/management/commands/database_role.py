"""Give the role that the servers use what they need, and no more."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from bureau import database_role


class Command(BaseCommand):
    help = "As the owner of the tables, after migrate: let the role DATABASE_ROLE work with the rows."

    def handle(self, *args: Any, **options: Any) -> None:
        role = settings.DATABASE_ROLE
        if not role:
            self.stdout.write("DATABASE_ROLE is empty: the servers use the owner of the tables.")
            return
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles.")
        try:
            database_role.grant(role)
        except database_role.Unfit as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"{role} reads and writes rows; tables and audit stay the owner's.")
