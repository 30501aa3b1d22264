"""Making a backup: one moment of the database, then the files, then the list; under its name when all is there."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from bureau.accounts.principals import System
from bureau.audit.models import Event, Seal
from bureau.audit.services import record
from bureau.backup import databases, keys, manifest, media
from bureau.backup.alarms import tell
from bureau.backup.checking import check, complete
from bureau.backup.faults import NO_ROOM, BackupFault, Damaged
from bureau.backup.manifest import Audit, Manifest
from bureau.backup.models import BackupRun
from bureau.identifiers.encryption import CannotDecrypt

BY = System("backup")
NAME = "%Y%m%dT%H%M%SZ"
LOCK = ".lock"


def make(root: Path, *, keep: timedelta, now: datetime | None = None) -> Path:
    """Write a backup below `root`, read it again, record it, remove those older than `keep`.

    Raises BackupFault after recording the failure and telling the system administrators; nothing half-made stays.
    """
    began = now or timezone.now()
    name = began.astimezone(UTC).strftime(NAME)
    try:
        with _alone(root):
            folder = _written(root, name, began)
            found = check(folder)
            _note(found, began, manifest.digest_of(folder / manifest.LIST))
            prune(root, older_than=began - keep)
    except BackupFault as fault:
        _note_failure(name, began, str(fault))
        raise
    return folder


def _written(root: Path, name: str, began: datetime) -> Path:
    partial, final = root / f".{name}.partial", root / name
    if final.exists():
        raise BackupFault(f"{final} exists already: wait a second.")
    try:
        partial.mkdir(mode=0o700)
        _fill(partial, root, name, began)
        partial.rename(final)
        manifest.settle_folder(root)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise BackupFault(f"There is no room for the backup in {root}: nothing was kept.") from error
        raise BackupFault(f"The backup could not be written to {root}: {error.strerror}.") from error
    except CannotDecrypt as error:
        raise BackupFault(
            f"The keys at hand do not open the data ({error}): set FIELD_KEYS first."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return final


def _fill(folder: Path, root: Path, name: str, began: datetime) -> None:
    earlier = _earlier(root)
    with databases.moment() as snapshot:
        path = databases.dump(folder, snapshot)
        names, tables, applied = media.wanted(), databases.counts(), databases.migrations()
        audit, proofs, server = _audit(), keys.proofs(name), databases.server()
    taken, vanished = media.copy(names, folder, earlier)
    found = Manifest(
        name=name,
        made_at=began.astimezone(UTC).isoformat(),
        version=manifest.code_version(),
        engine=connection.vendor,
        server=server,
        database=manifest.item_of(path, path.name),
        media=taken,
        vanished=vanished,
        tables=tables,
        migrations=applied,
        audit=audit,
        keys=proofs,
    )
    manifest.write(found, folder)
    for place in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        manifest.settle_folder(place)


def _audit() -> Audit:
    last = Seal.objects.order_by("-number").first()
    return Audit(last.number if last else 0, last.digest if last else "", Event.objects.count())


def _earlier(root: Path) -> tuple[Path, Manifest] | None:
    for folder in reversed(complete(root)):
        try:
            return folder, manifest.read(folder)
        except Damaged:
            continue
    return None


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One backup at a time below `root`; what a killed one left goes. Raises BackupFault."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BackupFault(f"{root} cannot be written to: {error.strerror}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in root.glob(".*.partial"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    except BlockingIOError:
        raise BackupFault(f"Another backup into {root} is under way.") from None
    finally:
        os.close(handle)


def prune(root: Path, *, older_than: datetime) -> list[str]:
    """Remove backups made before then, but never the newest; returns their names."""
    limit = older_than.astimezone(UTC).strftime(NAME)
    over = [folder for folder in complete(root)[:-1] if folder.name < limit]
    for folder in over:
        leaving = root / f".{folder.name}.partial"  # should this stop half-way, it is no backup any more
        folder.rename(leaving)
        shutil.rmtree(leaving, ignore_errors=True)
    return [folder.name for folder in over]


@transaction.atomic
def _note(found: Manifest, began: datetime, digest: str) -> None:
    BackupRun.objects.create(
        name=found.name, began_at=began, is_whole=True, size=found.size, files=len(found.media), digest=digest
    )
    detail = {"name": found.name, "files": len(found.media), "size": found.size, "digest": digest}
    record("backup.made", by=BY, detail=detail)


def _note_failure(name: str, began: datetime, fault: str) -> None:
    """With the database away nobody can be told here: the backup is overdue tomorrow, and that is told."""
    try:
        with transaction.atomic():
            BackupRun.objects.create(name=name, began_at=began, is_whole=False, fault=fault[:500])
            record("backup.failed", by=BY, detail={"name": name})
            tell("failed")
    except DatabaseError:
        connection.close()
