"""What the home page shows of each room: registered in the room's `public.py`, left out while there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bureau.registry import Registry


@dataclass(frozen=True)
class Block:
    """One block of the home page: "news", "notices", "documents", "answers" or "figures".

    `content`: what templates/public/home/<key>.html shows; None: nothing, and no block.
    `tags`: what it shows, as kept pages are told (see `kept.relies_on`).
    """

    key: str
    content: Callable[[], dict[str, Any] | None]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenNow:
    """Something that anybody can take part in until a day. `lang`: of the title, where it is not the reader's."""

    title: str
    url: str
    until: date
    lang: str = ""

    def days_left(self, today: date) -> int:
        return (self.until - today).days


BLOCKS: Registry[Block] = Registry("blocks of the home page")
OPEN_NOW: Registry[Callable[[], Iterable[OpenNow]]] = Registry("what is open now")


def block(key: str, content: Callable[[], dict[str, Any] | None], *tags: str) -> Block:
    return BLOCKS.add(key, Block(key, content, tags))


def open_now(key: str, found: Callable[[], Iterable[OpenNow]]) -> None:
    """`key`: the kind of record, such as "office.consultation": it is also what the kept page relies on."""
    OPEN_NOW.add(key, found)


def filled() -> dict[str, dict[str, Any]]:
    """Key → content of the blocks that have something to show."""
    found = {one.key: one.content() for one in BLOCKS}
    return {key: content for key, content in found.items() if content}


def what_is_open(most: int = 3) -> list[OpenNow]:
    """What ends first stands first."""
    found = [one for listed in OPEN_NOW for one in listed()]
    return sorted(found, key=lambda one: one.until)[:most]


def tags() -> set[str]:
    """Everything that the home page shows."""
    return {tag for one in BLOCKS for tag in one.tags} | set(OPEN_NOW.keys())
