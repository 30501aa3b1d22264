"""`manage.py work`: jobs and schedule without Redis."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from bureau.jobs import working
from bureau.jobs.schedule import SCHEDULE


class Command(BaseCommand):
    help = "Carries out what the outbox holds and what the schedule asks, until stopped. No Redis needed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, then stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            outcomes = working.tick()
            self.stdout.write(
                ", ".join(f"{n} {outcome.value}" for outcome, n in outcomes.items()) or "Nothing due."
            )
            return
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write(
            f"Working: outbox and {len(SCHEDULE)} scheduled tasks, without Redis. Ctrl+C stops."
        )
        self.stdout.flush()
        working.work_until(stop)
        self.stdout.write("Stopped.")
