"""Rows and contents are kept in step: what is over is removed, what does not match is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from bureau.accounts.principals import Principal
from bureau.audit import services as audit
from bureau.files import alarms, storage
from bureau.files.choices import Scan
from bureau.files.kinds import CARRIERS
from bureau.files.models import Attachment, AttachmentQuerySet
from bureau.files.services import seal_content
from bureau.outbox.services import enqueue

# A file younger than this may belong to a transaction that has not committed yet.
GRACE = timedelta(hours=1)


@dataclass(frozen=True)
class Report:
    """What does not match."""

    without_row: Sequence[str]
    without_file: Sequence[Attachment]
    altered: Sequence[Attachment]
    without_record: Sequence[Attachment]

    @property
    def is_sound(self) -> bool:
        return not (self.without_row or self.without_file or self.altered or self.without_record)

    @property
    def count(self) -> int:
        return sum(
            len(part) for part in (self.without_row, self.without_file, self.altered, self.without_record)
        )


def reconcile(*, with_digests: bool = False) -> Report:
    """Compare rows and contents in both directions. `with_digests` reads every file and compares its SHA-256."""
    limit = timezone.now() - GRACE
    # The disk first: a file that comes meanwhile has no row yet and is not looked for.
    on_disk = dict(storage.names())
    rows = {row.stored_as: row for row in Attachment.objects.filter(removed_at__isnull=True)}
    present = [row for name, row in rows.items() if storage.exists(name)]
    return Report(
        sorted(name for name, changed in on_disk.items() if name not in rows and changed < limit),
        [row for name, row in rows.items() if name not in on_disk and not storage.exists(name)],
        [row for row in present if with_digests and storage.digest_of(row.stored_as) != row.sha256],
        _without_record(list(rows.values())),
    )


def _without_record(rows: Sequence[Attachment]) -> list[Attachment]:
    """Rows whose record was deleted past the portal, by SQL."""
    found: list[Attachment] = []
    for carrier in CARRIERS:
        label = carrier.model._meta.label_lower
        mine = [row for row in rows if row.record_kind == label]
        known = set(
            carrier.model._base_manager.filter(pk__in={row.record_id for row in mine}).values_list(
                "pk", flat=True
            )
        )
        found += [row for row in mine if row.record_id not in known]
    return found


def repair(report: Report, *, by: Principal) -> None:
    """Remove contents without a row; mark rows without content as removed; drop rows without a record.

    An altered file is only reported: the backup decides which one is right.
    """
    for name in report.without_row:
        storage.remove(name)
    with transaction.atomic():
        lost = [row.pk for row in report.without_file]
        Attachment.objects.filter(pk__in=lost).update(removed_at=timezone.now())
        _drop(Attachment.objects.filter(pk__in=[row.pk for row in report.without_record]))
        detail = {
            "without_row": len(report.without_row),
            "without_file": lost,
            "altered": [row.pk for row in report.altered],
            "without_record": [row.pk for row in report.without_record],
        }
        audit.record("files.reconciled", by=by, detail=detail)


def check_nightly(*, by: Principal) -> Report:
    """Repair what repairs itself without loss; tell the administrators of the rest."""
    report = reconcile()
    harmless = Report(report.without_row, (), (), report.without_record)
    if not harmless.is_sound:
        repair(harmless, by=by)
    if report.without_file or report.altered:
        alarms.tell("unmatched", len(report.without_file) + len(report.altered))
    return report


def remove_with(record: Model) -> None:
    """The record is being deleted: its rows go in the same transaction, the contents after the commit."""
    _drop(Attachment.objects.of(record))


def _drop(rows: AttachmentQuerySet) -> None:
    names = list(rows.values_list("stored_as", flat=True))
    rows.delete()
    if names:
        enqueue("files.remove", {"names": names})


def remove_contents(names: Sequence[str]) -> None:
    """What no row names any more. Idempotent."""
    kept = set(
        Attachment.objects.filter(stored_as__in=names, removed_at__isnull=True).values_list(
            "stored_as", flat=True
        )
    )
    for name in names:
        if name not in kept:
            storage.remove(name)


def remove_outdated() -> int:
    """Contents of files withdrawn or found infected FILES_KEPT_DAYS ago; the rows stay. Returns how many."""
    limit = timezone.now() - timedelta(days=settings.FILES_KEPT_DAYS)
    over = Q(withdrawn_at__lt=limit) | Q(scan=Scan.INFECTED, scanned_at__lt=limit)
    rows = Attachment.objects.filter(over, removed_at__isnull=True)
    names = list(rows.values_list("stored_as", flat=True))
    rows.update(removed_at=timezone.now())
    if names:
        enqueue("files.remove", {"names": names})
    return len(names)


def reseal() -> int:
    """Seal anew what an older key holds; returns how many files."""
    labels = [one.model._meta.label_lower for one in CARRIERS if any(kind.sealed for kind in one.kinds)]
    rows = Attachment.objects.filter(record_kind__in=labels, removed_at__isnull=True)
    return sum(_reseal(pk) for pk in list(rows.values_list("pk", flat=True)))


def _reseal(pk: int) -> int:
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=pk)
        if not storage.exists(row.stored_as) or not storage.is_under_older_key(row.stored_as):
            return 0
        seal_content(row)
        row.save(update_fields=["stored_as", "sha256"])
        return 1
