"""Where the content lies: private, under random names, complete or not at all.

The alias "attachments" of STORAGES says where: a folder of ours (`PrivateStorage`), or any other storage of Django,
such as one for S3. A row names a content only after the content lies there complete, whatever the storage.
"""

from __future__ import annotations

import errno
import hashlib
import io
import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.files.refusals import NoRoom
from bureau.identifiers.encryption import current_key_id, seal, unseal

log = logging.getLogger(__name__)

ALIAS = "attachments"
MEGABYTE = 1024 * 1024
CHUNK = 64 * 1024
# What the system says when there is no room or no writing: full disk, quota, largest file, read-only.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
PARTIAL = ".part"
# How a sealed content begins: no type that is taken begins like this.
SEALED = b"portal sealed 1\n"
COLUMN = "files.content"

FULL = _("There is no room for files at the moment. Nothing was saved; please try again later.")


@dataclass(frozen=True)
class Stored:
    """A file that lies complete where it belongs."""

    name: str
    size: int
    sha256: str


class PrivateStorage(FileSystemStorage):
    """Below FILES_ROOT; readable by the portal alone, and by no address of its own."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def location(self) -> str:  # asked each time: a test has a root of its own
        return os.path.abspath(settings.FILES_ROOT)

    def url(self, name: str | None) -> str:
        raise ValueError("A private file has no address.")


def the_storage() -> Storage:
    return storages[ALIAS] if ALIAS in settings.STORAGES else PrivateStorage()


def is_local() -> bool:
    """Whether the contents lie in a folder of ours: only there are temporary names, renames and free room."""
    return isinstance(the_storage(), PrivateStorage)


def write(content: IO[bytes], *, sealed: bool = False) -> Stored:
    """Store `content` under a random name. Raises NoRoom and leaves nothing.

    `sealed`: it lies there encrypted. The size is that of the content, the SHA-256 that of the file.
    """
    if sealed:
        content.seek(0)
        plain = content.read()
        stored = write(io.BytesIO(SEALED + seal(plain, column=COLUMN)))
        return Stored(stored.name, len(plain), stored.sha256)
    token = secrets.token_hex(16)
    name = f"{token[:2]}/{token}"
    return _write_here(name, content) if is_local() else _write_there(name, content)


def _write_here(name: str, content: IO[bytes]) -> Stored:
    """Temporary name, fsync, rename."""
    target = _path(name)
    partial = target.with_suffix(PARTIAL)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        size, digest = _fill(partial, content)
        partial.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno in NO_ROOM:
            raise NoRoom(FULL) from error
        raise
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return Stored(name, size, digest)


def _write_there(name: str, content: IO[bytes]) -> Stored:
    """A storage of somebody else: what it says it holds must be what was given to it."""
    size, digest = _weigh(content)
    store = the_storage()
    try:
        content.seek(0)
        kept = store.save(name, File(content, name=name))
        if kept != name or store.size(name) != size:
            raise OSError(errno.EIO, "the storage holds something else")
    except Exception as error:  # each storage has faults of its own; none of them is the person's
        _forget(name)
        log.warning("storage refused", extra={"error": type(error).__name__})
        raise NoRoom(FULL) from error
    except BaseException:
        _forget(name)
        raise
    return Stored(name, size, digest)


def _weigh(content: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def _forget(name: str) -> None:
    """As far as the storage lets us; what stays has no row and is tidied away at night."""
    try:
        the_storage().delete(name)
    except Exception as error:
        log.warning("storage keeps a rest", extra={"error": type(error).__name__})


def _fill(path: Path, content: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while chunk := content.read(CHUNK):
            out.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    """The new name itself must survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(name: str) -> BinaryIO:
    """Open what was stored, unsealed. Raises FileNotFoundError, and CannotDecrypt without its key."""
    found = _open(name)
    if found.read(len(SEALED)) != SEALED:
        found.seek(0)
        return found
    with found:
        return io.BytesIO(unseal(found.read(), column=COLUMN))


def is_under_older_key(name: str) -> bool:
    """Whether the content is sealed with another key than the first of FIELD_KEYS."""
    with _open(name) as found:
        if found.read(len(SEALED)) != SEALED:
            return False
        wanted = f"{current_key_id()}:".encode()
        return found.read(len(wanted)) != wanted


def _open(name: str) -> BinaryIO:
    found = the_storage().open(name, "rb")
    return cast(BinaryIO, found.file if is_local() else found)


def open_stored(name: str) -> BinaryIO:
    """The file as it lies there, sealed or not: what a backup takes."""
    return _open(name)


def put_back(name: str, content: IO[bytes]) -> str:
    """Lay a file from a backup under the name that it had; returns the SHA-256 of what was written."""
    return (_write_here(name, content) if is_local() else _write_there(name, content)).sha256


def remove(name: str) -> None:
    """Idempotent."""
    if is_local():
        _path(name).unlink(missing_ok=True)
    elif the_storage().exists(name):
        the_storage().delete(name)


def exists(name: str) -> bool:
    return _path(name).is_file() if is_local() else the_storage().exists(name)


def digest_of(name: str) -> str:
    """Of the file as it lies there."""
    digest = hashlib.sha256()
    with _open(name) as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def names() -> Iterator[tuple[str, datetime]]:
    """Everything that lies in the storage, unfinished writes too, with the time of its last change."""
    return _names_here() if is_local() else _names_there("")


def _names_here() -> Iterator[tuple[str, datetime]]:
    root = Path(settings.FILES_ROOT)
    for path in root.rglob("*"):
        try:
            if path.is_file():
                changed = datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())
                yield path.relative_to(root).as_posix(), changed
        except FileNotFoundError:  # removed or renamed meanwhile
            continue


def _names_there(folder: str) -> Iterator[tuple[str, datetime]]:
    store = the_storage()
    folders, files = store.listdir(folder)
    for name in (f"{folder}{file}" for file in files if file):
        try:
            yield name, store.get_modified_time(name)
        except FileNotFoundError:
            continue
    for inner in folders:
        yield from _names_there(f"{folder}{inner}/")


def check_free(size: int) -> None:
    """Stop before the disk is full, so that the database beside it can go on writing. Raises NoRoom.

    A storage elsewhere has no disk of ours to fill: it refuses by itself.
    """
    if not is_local():
        return
    root = Path(settings.FILES_ROOT)
    while not root.exists():
        root = root.parent
    if shutil.disk_usage(root).free - size < settings.FILES_FREE_MB * MEGABYTE:
        raise NoRoom(FULL)


def _path(name: str) -> Path:
    """The place of a stored name. Raises SuspiciousFileOperation for one that leads out of FILES_ROOT."""
    return Path(cast(PrivateStorage, the_storage()).path(name))
