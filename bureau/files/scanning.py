"""Scanning what was stored. Whatever goes wrong leaves a file waiting, and a waiting file is not handed out."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bureau.accounts.principals import System
from bureau.audit import services as audit
from bureau.files import alarms, scanner, storage
from bureau.files.choices import Scan
from bureau.files.models import Attachment
from bureau.files.scanner import ScannerDown, Verdict

log = logging.getLogger(__name__)
SCANNER = System("virus scanner")
BATCH = 500


def unchecked() -> QuerySet[Attachment]:
    """What the scanner has not seen: waiting, or added while none was set. Oldest first."""
    rows = Attachment.objects.filter(scan__in=(Scan.WAITING, Scan.OFF), removed_at__isnull=True)
    return rows.order_by("pk")


def scan_one(pk: int, hold: Callable[[], None]) -> bool:
    """Scan one file; False when the scanner cannot be asked. Reads and asks outside of any transaction."""
    row = unchecked().filter(pk=pk).first()
    if row is None or not scanner.is_set():
        return True
    try:
        with storage.read(row.stored_as) as content:
            verdict = scanner.scan(content)
    except FileNotFoundError:
        log.error("file missing", extra={"attachment": pk})
        return True
    except ScannerDown as error:
        log.warning("scanner down", extra={"error": str(error)})
        with transaction.atomic():
            hold()
            alarms.tell("scanner_down", unchecked().count())
        return False
    with transaction.atomic():
        hold()
        _note(row, verdict)
    return True


def scan_waiting(hold: Callable[[], None]) -> int:
    """Scan what waits, until the scanner fails; returns how many were scanned."""
    done = 0
    for pk in list(unchecked().values_list("pk", flat=True)[:BATCH]):
        if not scan_one(pk, hold):
            break
        done += 1
    return done


def _note(row: Attachment, verdict: Verdict) -> None:
    found = Scan.CLEAN if verdict.is_clean else Scan.INFECTED
    changed = Attachment.objects.filter(pk=row.pk, scan__in=(Scan.WAITING, Scan.OFF)).update(
        scan=found, scanned_at=timezone.now(), signature=verdict.signature
    )
    if changed and not verdict.is_clean:
        detail = {"record": f"{row.record_kind}:{row.record_id}", "signature": verdict.signature}
        audit.record("files.attachment.infected", by=SCANNER, obj=row, detail=detail)
        alarms.tell("infected")
