"""A chart as plain values: what a file says, or what the database holds. Equal when they say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DutyLine:
    code: str
    name: str
    name_zh: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class RemitLine:
    """`filters` empty: all records of the kind."""

    over: str
    verbs: tuple[str, ...]
    filters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    key: str
    name: str
    name_zh: str
    remits: tuple[RemitLine, ...] = ()
    also: tuple[str, ...] = ()
    duties: tuple[DutyLine, ...] = ()
    # None: the file says nothing, and the section follows itself.
    succeeds: tuple[str, ...] | None = field(default=None, compare=False)

    def capabilities(self) -> set[str]:
        return {*self.also, *(name for duty in self.duties for name in duty.by)}


@dataclass(frozen=True)
class Chart:
    """`region` empty: the region in force stays."""

    key: str
    name: str
    name_zh: str
    region: str
    leads: Mapping[str, str]
    sections: tuple[Section, ...]
    digest: str = field(default="", compare=False)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    def section_keys(self) -> list[str]:
        return [section.key for section in self.sections]

    def holders(self, capability: str) -> list[str]:
        return [section.key for section in self.sections if capability in section.capabilities()]

    def remits(self) -> Iterator[tuple[str, RemitLine]]:
        for section in self.sections:
            for remit in section.remits:
                yield section.key, remit

    def held(self) -> set[tuple[str, str]]:
        """(section, capability) pairs."""
        return {(section.key, name) for section in self.sections for name in section.capabilities()}
