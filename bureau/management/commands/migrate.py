"""`migrate` for a house that is open: it waits briefly for a lock, lets those behind it go on, and tries again."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections

LOCK_NOT_AVAILABLE = "55P03"


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        """Whoever asks for a table stands behind a migration that waits for it: hence short waits, several times.

        A migration is taken back as a whole when it gives up; the next try goes on with it.
        """
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        for left in reversed(range(settings.MIGRATION_TRIES)):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('lock_timeout', %s, false)", [f"{settings.MIGRATION_LOCK_SECONDS}s"]
                )
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", None) != LOCK_NOT_AVAILABLE or not left:
                    raise
                self.stderr.write("A table is in use; trying again.")
                time.sleep(settings.MIGRATION_PAUSE_SECONDS)
            else:
                return
