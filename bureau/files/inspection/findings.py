"""One thing that was found, and all that was found in one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.files.inspection.choices import WARNINGS, FindingKind

LONGEST_EXCERPT = 80
# Why a file was not read, by what the reader says.
UNREADABLE = {
    "too_large": gettext_lazy("it is too large"),
    "too_long": gettext_lazy("it is too long to be looked through"),
    "damaged": gettext_lazy("it is damaged"),
    "password": gettext_lazy("it is protected by a password"),
}
OLDER = gettext_lazy("save it as .docx, .xlsx or PDF")


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
    def place(self) -> str:
        """`where` in words: "#3" is a page."""
        if self.where.startswith("#") and self.where[1:].isdigit():
            return _("page %(number)s") % {"number": self.where[1:]}
        return self.where

    @property
    def sentence(self) -> str:
        what = str(FindingKind(self.kind).label)
        if self.kind == FindingKind.UNREADABLE:
            return f"{what}: {UNREADABLE.get(self.excerpt, OLDER)}"
        parts = (what, self.place, f"“{self.excerpt}”" if self.excerpt else "")
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
