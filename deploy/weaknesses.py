"""Which pinned packages a list of known weaknesses names. Exit 1 where there is one, 2 where the list says too little.

The list is the file of OSV for Python (`all.zip` of https://osv-vulnerabilities.storage.googleapis.com/PyPI/), brought
here by whoever has a network: `make weaknesses LIST=all.zip DAYS=14`. Format: https://ossf.github.io/osv-schema/.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
PINNED = ("base", "dev")
Advisory = dict[str, Any]


@dataclass(frozen=True)
class Weakness:
    package: str
    version: str
    known_as: str
    about: str

    def __str__(self) -> str:
        return f"{self.package} {self.version}: {self.known_as} {self.about}".rstrip()


def advisories(place: Path) -> Iterator[Advisory]:
    """Each entry of the list. Raises zipfile.BadZipFile or json.JSONDecodeError for what is no such list."""
    with zipfile.ZipFile(place) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def weaknesses(pins: Iterable[tuple[str, str]], known: Iterable[Advisory]) -> list[Weakness]:
    """Pins (name, version) that an entry names; entries that were withdrawn say nothing."""
    versions = {canonicalize_name(name): (name, version) for name, version in pins}
    found = set()
    for entry in known:
        for named in [] if entry.get("withdrawn") else entry.get("affected", []):
            pin = versions.get(canonicalize_name(named.get("package", {}).get("name", "")))
            if pin and _is_affected(pin[1], named):
                found.add(Weakness(*pin, str(entry.get("id", "")), str(entry.get("summary", ""))))
    return sorted(found, key=str)


def _is_affected(version: str, named: dict[str, Any]) -> bool:
    if version in named.get("versions", []):
        return True
    ranges = [one for one in named.get("ranges", []) if one.get("type") == "ECOSYSTEM"]
    return any(_is_within(Version(version), one.get("events", [])) for one in ranges)


def _is_within(version: Version, events: list[dict[str, str]]) -> bool:
    """From `introduced` on, until before `fixed` or with `last_affected`. What cannot be read counts as affected."""
    try:
        steps = sorted((Version(value), kind) for event in events for kind, value in event.items())
    except InvalidVersion:
        return True
    is_in = False
    for at, kind in steps:
        if kind == "introduced" and at <= version:
            is_in = True
        elif (kind == "fixed" and at <= version) or (kind == "last_affected" and at < version):
            is_in = False
    return is_in


def newest(known: Iterable[Advisory]) -> datetime:
    """When the list was last added to, in UTC; the beginning of time where it is empty."""
    changed = [datetime.fromisoformat(str(entry["modified"])) for entry in known if entry.get("modified")]
    return max(changed, default=datetime.min.replace(tzinfo=UTC))


def pinned() -> list[tuple[str, str]]:
    from deploy.sbom import pins

    texts = [(ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in PINNED]
    return sorted({(name, version) for text in texts for name, version, _digests in pins(text)})


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="weaknesses", description=__doc__)
    parser.add_argument("list", type=Path, help="all.zip of OSV for Python")
    parser.add_argument("--days", type=int, required=True, help="how old the newest entry may be")
    given = parser.parse_args(words)
    known = list(advisories(given.list))
    if newest(known) < datetime.now(UTC) - timedelta(days=given.days):
        sys.stderr.write(
            f"The newest of {len(known)} entries is older than {given.days} days. Fetch the list anew.\n"
        )
        return 2
    pins = pinned()
    found = weaknesses(pins, known)
    sys.stdout.write("".join(f"{one}\n" for one in found))
    sys.stdout.write(
        f"{len(found)} known weaknesses in {len(pins)} packages, by a list of {len(known)} entries.\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
