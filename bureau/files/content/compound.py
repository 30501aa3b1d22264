"""Reading the directory of a compound file (MS-CFB): names of streams, first bytes of one. Nothing more."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

HEADER = struct.Struct("<8s16xHHHHH6xIIIIIIIII")
END_OF_CHAIN = 0xFFFFFFFE
LAST_SECTOR = 0xFFFFFFFA  # anything above is a mark
ENTRY = 128
STORAGE, STREAM, ROOT = 1, 2, 5
MOST_SECTORS = 200_000  # 100 MB in sectors of 512 bytes: above what is taken
MOST_ENTRIES = 20_000
MINI = 64


class Broken(ValueError):
    """Not a compound file, or one that leads nowhere."""


@dataclass(frozen=True)
class Entry:
    name: str
    kind: int
    start: int
    size: int


class Compound:
    """Sector numbers may lead in circles or out of the file: every step is checked."""

    def __init__(self, content: IO[bytes]) -> None:
        content.seek(0)
        head = content.read(512)
        if len(head) < 512:
            raise Broken("header")
        self.content = content
        fields = HEADER.unpack_from(head)
        shift, self.mini_shift = fields[4], fields[5]
        if shift not in (9, 12) or self.mini_shift != 6:
            raise Broken("sector size")
        self.sector = 1 << shift
        self.directory_start, self.mini_cutoff = fields[8], fields[10]
        self.fat = self._fat(head, fields[13], fields[14])
        self.entries = list(self._entries())
        if not self.entries or self.entries[0].kind != ROOT:
            raise Broken("root")

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.entries if entry.kind in (STORAGE, STREAM)]

    def head(self, name: str) -> bytes:
        """The first bytes of the stream with this name, in any case: at least one sector of it."""
        entry = next((one for one in self.entries if one.kind == STREAM and one.name.lower() == name), None)
        if entry is None:
            raise Broken(name)
        if entry.size >= self.mini_cutoff:
            return self._read(entry.start)[: entry.size]
        place = entry.start * MINI
        chain = list(self._chain(self.entries[0].start))
        if place // self.sector >= len(chain):
            raise Broken(name)
        within = self._read(chain[place // self.sector])[place % self.sector :]
        return within[: min(entry.size, MINI)]

    def _read(self, number: int) -> bytes:
        if number > LAST_SECTOR:
            raise Broken("sector")
        self.content.seek((number + 1) * self.sector)
        found = self.content.read(self.sector)
        if not found:
            raise Broken("sector")
        return found

    def _fat(self, head: bytes, extra: int, extra_count: int) -> list[int]:
        """Which sector follows which, put together from the sectors that hold this table."""
        places = list(struct.unpack("<109I", head[76:512]))
        for _round in range(extra_count):
            if extra > LAST_SECTOR or len(places) > MOST_SECTORS:
                break
            numbers = self._numbers(extra)
            places += numbers[:-1]
            extra = numbers[-1]
        found: list[int] = []
        for place in places:
            if place <= LAST_SECTOR:
                found += self._numbers(place)
            if len(found) > MOST_SECTORS:
                raise Broken("table")
        return found

    def _numbers(self, number: int) -> list[int]:
        sector = self._read(number)
        return list(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))

    def _chain(self, start: int) -> Iterator[int]:
        number, steps = start, 0
        while number != END_OF_CHAIN:
            if number >= len(self.fat) or steps > len(self.fat):
                raise Broken("chain")
            yield number
            number, steps = self.fat[number], steps + 1

    def _entries(self) -> Iterator[Entry]:
        count = 0
        for number in self._chain(self.directory_start):
            sector = self._read(number)
            for place in range(0, len(sector) - ENTRY + 1, ENTRY):
                count += 1
                if count > MOST_ENTRIES:
                    raise Broken("directory")
                yield _entry(sector[place : place + ENTRY])


def _entry(raw: bytes) -> Entry:
    length = min(int.from_bytes(raw[64:66], "little"), 64)
    name = raw[: max(0, length - 2)].decode("utf-16-le", errors="replace")
    return Entry(
        name, raw[66], int.from_bytes(raw[116:120], "little"), int.from_bytes(raw[120:124], "little")
    )
