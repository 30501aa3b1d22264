"""Numbers to call at once, from the table beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bureau.charter.models import local

TABLE = Path(__file__).parent / "reference" / "help_lines.toml"


@dataclass(frozen=True)
class HelpLine:
    number: str
    name_en: str
    name_zh: str
    for_en: str
    for_zh: str
    source: str
    is_for_children: bool

    @property
    def name(self) -> str:
        return local(self.name_zh, self.name_en)

    @property
    def when(self) -> str:
        return local(self.for_zh, self.for_en)


@cache
def help_lines() -> tuple[HelpLine, ...]:
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["line"]
    return tuple(
        HelpLine(
            row["number"],
            row["name"],
            row["name_zh"],
            row["for"],
            row["for_zh"],
            row["source"],
            row["children"],
        )
        for row in rows
    )


def for_children() -> list[HelpLine]:
    return [line for line in help_lines() if line.is_for_children]
