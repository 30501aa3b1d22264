"""What a capability is called: by the room that delivers it, else by the list of names."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from bureau.charter.capabilities import CAPABILITIES
from bureau.charter.models import local

FILE = Path(__file__).parent / "reference" / "capabilities.toml"


@cache
def _names() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def capability_label(name: str) -> str:
    """In the reader's language; an unknown capability shows its key."""
    declared = CAPABILITIES.get(name)
    if declared is not None:
        return str(declared.label)
    known = _names().get(name)
    return local(known["name_zh"], known["name"]) if known else name
