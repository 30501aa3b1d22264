"""What is wrong or unusual in a return, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

from django.utils.translation import get_language

from schools.returns.checking.plan import Plan
from schools.returns.checking.world import ReturnWorld
from schools.returns.choices import Severity
from schools.returns.definition import Definition
from schools.returns.models import Return

_ENDS = ("。", ".", "！", "!", "？", "?", "；", ";")


@dataclass(frozen=True)
class Finding:
    """One thing to correct or to explain.

    `key` lasts from check to check. `cells`: where it stands, the first one foremost; rows of repeated rows are
    `block.number.column`. `value`: a fingerprint of the figures: a reason given for others has lapsed.
    `needs_reason`: a reason settles it; `reason`: the one that holds, or "".
    """

    key: str
    severity: str
    cells: tuple[str, ...]
    sentence: str
    value: str = ""
    needs_reason: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Subject:
    """One return while it is checked."""

    return_: Return
    definition: Definition
    plan: Plan
    world: ReturnWorld

    @property
    def values(self) -> Mapping[str, str]:
        return self.world.given

    def error(self, key: str, cells: Sequence[str], sentence: str) -> Finding:
        return Finding(key, Severity.ERROR, tuple(cells), sentence)

    def unusual(self, key: str, cells: Sequence[str], sentence: str, figures: Any) -> Finding:
        """`figures`: whatever the reason is about; when it changes, the reason lapses."""
        value = fingerprint(figures)
        given = self.return_.reasons.get(key) or {}
        reason = str(given.get("text", "")) if given.get("value") == value else ""
        return Finding(key, Severity.UNUSUAL, tuple(cells), sentence, value, True, reason)


def fingerprint(figures: Any) -> str:
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, default=str)
    return blake2s(text.encode(), digest_size=8).hexdigest()


def closed(sentence: str) -> str:
    """With a full stop, where whoever wrote it left it out."""
    text = sentence.strip()
    if not text or text.endswith(_ENDS):
        return text
    return text + ("。" if (get_language() or "").startswith("zh") else ".")
