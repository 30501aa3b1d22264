"""Attached files into the backup and back. What an earlier backup beside holds unchanged is linked, not copied."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from bureau.backup.faults import Damaged
from bureau.backup.manifest import CHUNK, MEDIA, Item, Manifest, create, digest_of, settle
from bureau.files import storage
from bureau.files.models import Attachment


def wanted() -> list[str]:
    """What the rows of this moment name."""
    rows = Attachment.objects.filter(removed_at__isnull=True).order_by("stored_as")
    return list(rows.values_list("stored_as", flat=True))


def copy(
    names: list[str], folder: Path, earlier: tuple[Path, Manifest] | None
) -> tuple[list[Item], list[str]]:
    """The files into `folder`/media; returns what was taken and what was not there.

    A file that is lost stops no backup: the nightly reconciliation tells of it, the list names it.
    """
    known = {item.name: item for item in earlier[1].media} if earlier else {}
    before = earlier[0] / MEDIA if earlier else None
    (folder / MEDIA).mkdir(mode=0o700)
    taken, vanished = [], []
    for name in names:
        target = folder / MEDIA / name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        item = known.get(name)
        if before and item and _link(before / name, target, item):
            taken.append(item)
            continue
        try:
            taken.append(_take(name, target))
        except FileNotFoundError:
            vanished.append(name)
    return taken, vanished


def _link(source: Path, target: Path, item: Item) -> bool:
    """Names never change and contents are never rewritten; the earlier copy is read all the same."""
    if not source.is_file() or source.stat().st_size != item.size or digest_of(source) != item.sha256:
        return False
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        return False
    return True


def _take(name: str, target: Path) -> Item:
    digest, size = hashlib.sha256(), 0
    with storage.open_stored(name) as content, create(target) as out:
        while chunk := content.read(CHUNK):
            out.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        settle(out)
    return Item(name, size, digest.hexdigest())


def put_back(manifest: Manifest, folder: Path) -> None:
    for item in manifest.media:
        with (folder / MEDIA / item.name).open("rb") as content:
            if storage.put_back(item.name, content) != item.sha256:
                raise Damaged(f"{item.name} was not written as it lies in the backup.")


def is_empty() -> bool:
    return next(iter(storage.names()), None) is None
