"""The list of a backup: what it holds, of which moment, under which keys; and the seal over the list."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from bureau.backup.faults import Damaged
from bureau.identifiers.encryption import keyed_digest

FORMAT = 1
LIST, SEAL, MEDIA = "manifest.json", "manifest.seal", "media"
CHUNK = 1024 * 1024
PURPOSE = "backup.manifest"


@dataclass(frozen=True)
class Item:
    """A file of the backup: its name below the folder (or below `media`), its length, its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Audit:
    """The end of the audit chain."""

    seals: int
    digest: str
    events: int


@dataclass(frozen=True)
class Keys:
    """Proofs that a key is the same, never the key: HMACs of the backup's name. `in_use`: what the data needs.

    `lookup_former`: of the keys of look-up that were being replaced at that time; some of the data still needs them.
    """

    fields: Mapping[str, str]
    lookup: str
    in_use: list[str]
    lookup_former: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    name: str
    made_at: str
    version: str
    engine: str
    server: str
    database: Item
    media: list[Item]
    vanished: list[str]
    tables: Mapping[str, int]
    migrations: list[str]
    audit: Audit
    keys: Keys
    format: int = field(default=FORMAT)

    @property
    def size(self) -> int:
        return self.database.size + sum(item.size for item in self.media)


def code_version() -> str:
    """Of the installed portal."""
    project = tomllib.loads((Path(settings.ROOT) / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def write(manifest: Manifest, folder: Path) -> str:
    """Write list and seal; returns the digest of the list."""
    raw = json.dumps(asdict(manifest), ensure_ascii=False, sort_keys=True, indent=1).encode()
    digest = hashlib.sha256(raw).hexdigest()
    put(folder / LIST, raw)
    put(folder / SEAL, f"{digest} {keyed_digest(PURPOSE, digest)}\n".encode())
    return digest


def read(folder: Path) -> Manifest:
    """The list, when its seal holds. Raises Damaged."""
    try:
        raw, seal = (folder / LIST).read_bytes(), (folder / SEAL).read_bytes()
    except FileNotFoundError:
        raise Damaged(f"{folder} holds no complete backup.") from None
    digest = hashlib.sha256(raw).hexdigest()
    if seal[:65] != f"{digest} ".encode():
        raise Damaged("The list of the backup is not what was written: use another backup.")
    if seal[-1:] != b"\n" or not keyed_digest(PURPOSE, digest).fits(seal[65:-1].decode(errors="replace")):
        raise Damaged(
            "The seal of the backup does not open with this LOOKUP_KEY: set the key of that time, "
            "or use another backup."
        )
    return _of(json.loads(raw))


def _of(data: dict[str, Any]) -> Manifest:
    if data.get("format") != FORMAT:
        raise Damaged(f"The backup has format {data.get('format')}; this version reads format {FORMAT}.")
    return Manifest(
        **{
            **data,
            "database": Item(**data["database"]),
            "media": [Item(**item) for item in data["media"]],
            "audit": Audit(**data["audit"]),
            "keys": Keys(**data["keys"]),
        }
    )


def digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def item_of(path: Path, name: str) -> Item:
    return Item(name, path.stat().st_size, digest_of(path))


def put(path: Path, raw: bytes) -> None:
    with create(path) as out:
        out.write(raw)
        settle(out)


def create(path: Path) -> IO[bytes]:
    """A new file that only its owner reads."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def settle(out: IO[bytes]) -> None:
    out.flush()
    os.fsync(out.fileno())


def settle_folder(folder: Path) -> None:
    """The names in a folder must survive a loss of power too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
