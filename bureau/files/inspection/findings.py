"""One thing that was found, and all that was found in one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bureau.files.inspection.choices import WARNINGS, FindingKind

LONGEST_EXCERPT = 80


@dataclass(frozen=True)
class Finding:
    """`where`: page, sheet, column, part; "" for a text. `excerpt`: a few words, numbers of people masked."""

    kind: FindingKind
    where: str
    excerpt: str

    @property
    def stops(self) -> bool:
        """Whether nothing may be published while it is there."""
        return self.kind not in WARNINGS

    @property
    def sentence(self) -> str:
        parts = (str(FindingKind(self.kind).label), self.where, f"“{self.excerpt}”" if self.excerpt else "")
        return ": ".join(part for part in parts if part)


@dataclass(frozen=True)
class Findings:
    """What was found, and the text that the public search may have once the file is public."""

    found: tuple[Finding, ...] = ()
    text: str = ""

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def stops(self) -> bool:
        return any(one.stops for one in self.found)
