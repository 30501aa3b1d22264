"""Bringing a backup back into an empty place, and looking whether everything is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from bureau.accounts.models import Visit
from bureau.accounts.principals import System
from bureau.audit import sealing
from bureau.audit.models import Seal
from bureau.audit.services import record
from bureau.backup import databases, keys, media
from bureau.backup.checking import check
from bureau.backup.faults import Unfit
from bureau.backup.manifest import Manifest, code_version, version_key
from bureau.files import keeping
from bureau.identifiers.encryption import CannotDecrypt

BY = System("backup")


@dataclass(frozen=True)
class Restored:
    """`lost`: what was done between the moment of the backup and the beginning of this restore (RPO);
    `took`: how long it lasted (RTO)."""

    manifest: Manifest
    lost: timedelta
    took: timedelta
    faults: list[str]


def restore(folder: Path) -> Restored:
    """Bring back the backup in `folder`. Raises Damaged or Unfit before anything is written."""
    began = timezone.now()
    found = check(folder)
    require_fit(found)
    databases.load(folder / found.database.name)
    faults = _compare(found)  # before any migration
    media.put_back(found, folder)
    _bring_up(found)
    faults += _look(found)
    _end_sessions(found)
    return Restored(found, began - datetime.fromisoformat(found.made_at), timezone.now() - began, faults)


def require_fit(found: Manifest) -> None:
    """Raises Unfit: another engine, a newer portal, other keys, or a place where something lies already."""
    if found.engine != connection.vendor:
        raise Unfit(f"The backup is one of {found.engine}; DATABASE_URL names {connection.vendor}.")
    known = {
        f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    }
    unknown = [name for name in found.migrations if name not in known]
    if unknown or version_key(found.version) > version_key(code_version()):
        raise Unfit(
            f"The backup comes from version {found.version}, which is newer than this one ({code_version()}): "
            "install that version first."
        )
    keys.require(found.keys, found.name)
    if not databases.is_empty():
        raise Unfit(
            "The database that DATABASE_URL names is not empty. Name an empty one; nothing was changed."
        )
    if not media.is_empty():
        raise Unfit(
            "The place of attached files (FILES_ROOT) is not empty. Name an empty one; nothing was changed."
        )


def _compare(found: Manifest) -> list[str]:
    now = databases.counts()
    tables = sorted({*now, *found.tables})
    faults = [
        f"{table}: {now.get(table, 0)} rows, {found.tables.get(table, 0)} in the backup"
        for table in tables
        if now.get(table) != found.tables.get(table)
    ]
    last = Seal.objects.order_by("-number").first()
    if (last.digest if last else "") != found.audit.digest:
        faults.append("The audit chain does not end where it ended in the backup.")
    return faults


def _bring_up(found: Manifest) -> None:
    """An older backup gets the migrations that came since."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if found.migrations and {f"{app}.{name}" for app, name in known} - set(found.migrations):
        call_command("migrate", verbosity=0, interactive=False)


def _look(found: Manifest) -> list[str]:
    return [*_of_files(found), *_of_keys(), *_of_audit(), *_of_sequences()]


def _of_files(found: Manifest) -> Iterator[str]:
    report = keeping.reconcile(with_digests=True)
    gone = set(found.vanished)  # lost already, or removed by right while the backup was made
    lost = [row for row in report.without_file if row.stored_as not in gone]
    if lost or report.altered:
        yield f"Attached files missing: {len(lost)}, altered: {len(report.altered)}."


def _of_keys() -> Iterator[str]:
    try:
        keys.open_samples()
    except CannotDecrypt as error:
        yield f"Encrypted data does not open: {error}."


def _of_audit() -> Iterator[str]:
    for number, fault in sealing.verify().faults:
        yield f"Audit, seal {number}: {fault}."


def _of_sequences() -> Iterator[str]:
    for table in databases.lagging_sequences():
        yield f"The next number of {table} is taken already."


@transaction.atomic
def _end_sessions(found: Manifest) -> None:
    """A session that was ended after the backup must not live again: everybody signs in anew."""
    visits, _kinds = Visit.objects.all().delete()
    Session.objects.all().delete()
    record("backup.restored", by=BY, detail={"name": found.name, "sessions": visits})
