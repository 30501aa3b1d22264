"""The list of what the portal is made of (CycloneDX 1.5), from the hashed pins and what is installed.

`make sbom` writes it to standard output: `make -s sbom > sbom.json`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def pins(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """(name, version, SHA-256 of its archives) of each pinned package."""
    found = list(PIN.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    for one, end in zip(found, ends, strict=True):
        yield one.group(1), one.group(2), HASH.findall(text[one.start() : end])


def component(name: str, version: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name.lower()}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name.lower()}@{version}",
        **_licence(name),
    }


def _licence(name: str) -> dict[str, Any]:
    """What the installed package says of itself; nothing where it is not installed or silent."""
    try:
        told = cast(Message, metadata.metadata(name))
    except metadata.PackageNotFoundError:
        return {}
    classified = [
        one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if "License ::" in one
    ]
    said = str(told.get("License-Expression") or ", ".join(classified) or told.get("License") or "")
    first = said.strip().splitlines()[0] if said.strip() else ""
    return {"licenses": [{"license": {"name": first[:120]}}]} if first else {}


def bill(requirements: Path) -> dict[str, Any]:
    lines = sorted(pins(requirements.read_text(encoding="utf-8")))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "education-bureau-portal"}},
        "components": [component(name, version) for name, version, _hashes in lines],
    }


if __name__ == "__main__":
    json.dump(bill(ROOT / "requirements" / "base.txt"), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
