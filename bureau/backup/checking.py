"""Whether a backup is what was written: the list, its seal, and every byte that it names."""

from __future__ import annotations

from pathlib import Path

from bureau.backup import manifest as lists
from bureau.backup.faults import Damaged
from bureau.backup.manifest import LIST, MEDIA, SEAL, Item, Manifest


def check(folder: Path) -> Manifest:
    """Read everything. Raises Damaged, which says what is wrong and what to do."""
    found = lists.read(folder)
    _require(folder / found.database.name, found.database)
    for item in found.media:
        _require(folder / MEDIA / item.name, item)
    known = {LIST, SEAL, found.database.name, *(f"{MEDIA}/{item.name}" for item in found.media)}
    surplus = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - known
    if surplus:
        raise Damaged(
            f"{min(surplus)} is not part of this backup: use another backup, or ask who put it there."
        )
    return found


def _require(path: Path, item: Item) -> None:
    if not path.is_file():
        raise Damaged(f"{item.name} is missing from the backup: use another backup.")
    if path.stat().st_size != item.size or lists.digest_of(path) != item.sha256:
        raise Damaged(f"{item.name} is not what was written: use another backup.")


def complete(root: Path) -> list[Path]:
    """The finished backups below `root`, the oldest first."""
    if not root.is_dir():
        return []
    return sorted(
        path for path in root.iterdir() if path.is_dir() and (path / SEAL).is_file() and path.name[0] != "."
    )


def newest(folder: Path) -> Path:
    """`folder` itself when it is a backup, else the newest below it. Raises Damaged."""
    if (folder / SEAL).exists() or (folder / LIST).exists():
        return folder
    found = complete(folder)
    if not found:
        raise Damaged(f"{folder} holds no complete backup.")
    return found[-1]
