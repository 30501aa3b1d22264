"""Virus checks and tidying in the background."""

from __future__ import annotations

from datetime import time

from django.utils import timezone

from bureau.accounts.principals import System
from bureau.identifiers.services import RESEALED
from bureau.jobs.registry import Hold, Payload, long_task, task
from bureau.jobs.schedule import every
from bureau.outbox.queues import BULK, DEFAULT
from bureau.outbox.services import enqueue

KEEPER = System("files")


@long_task("files.scan", queue=DEFAULT)
def scan(payload: Payload, hold: Hold) -> None:
    """One new file. With the scanner down it stays waiting for the next round."""
    from bureau.files.scanning import scan_one

    scan_one(payload["attachment"], hold)


@long_task("files.scan_waiting", tries=1)
def scan_waiting(payload: Payload, hold: Hold) -> None:
    from bureau.files.scanning import scan_waiting

    scan_waiting(hold)


@every(name="files.scan", minutes=5)
def begin_round() -> None:
    """What still waits is scanned by an effect of its own: asking the scanner takes time."""
    from bureau.files import scanner
    from bureau.files.scanning import unchecked

    if scanner.is_set() and unchecked().exists():
        enqueue("files.scan_waiting", key=f"files.scan_waiting:{timezone.now():%Y%m%dT%H%M}")


@task("files.remove")
def remove(payload: Payload) -> None:
    from bureau.files.keeping import remove_contents

    remove_contents(payload["names"])


@every(name="files.tidy", daily_at=time(3, 0))
def tidy() -> None:
    from bureau.files.keeping import remove_outdated

    remove_outdated()


@every(name="files.reconcile", daily_at=time(4, 0), queue=BULK)
def reconcile() -> None:
    from bureau.files.keeping import check_nightly

    check_nightly(by=KEEPER)


def _reseal() -> int:
    from bureau.files.keeping import reseal

    return reseal()


RESEALED.add("files", _reseal)
