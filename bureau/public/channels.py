"""The channels of the site: data in reference/channels.toml, filled with the pages that exist."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.charter.models import local
from bureau.public import languages, site
from bureau.registry import Registry

DATA = Path(__file__).parent / "reference" / "channels.toml"
# Pages of the shell itself, which nobody mounts.
OWN = {"track": _("Track progress"), "duties": _("What the bureau does")}
OWN_HINTS = {
    "track": _("With the number and the code on your receipt"),
    "duties": _("Every section, every duty"),
}


@dataclass(frozen=True)
class Entry:
    """A link of the navigation. `current`: "page", "true" (a page below it) or ""."""

    label: str | Promise
    url: str
    current: str = ""
    hint: str | Promise = ""


@dataclass(frozen=True)
class Channel:
    """One channel as the file names it, with the pages that exist."""

    key: str
    name: str
    name_zh: str
    pages: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    rest: bool = False
    tasks: bool = False
    entries: tuple[Entry, ...] = ()

    @property
    def label(self) -> str:
        return local(self.name_zh, self.name)

    @property
    def url(self) -> str:
        if len(self.entries) == 1 and not self.tasks:
            return self.entries[0].url
        return reverse("public:channel", args=[self.key])


# Kinds of columns → links to the columns of these kinds that hold something.
Columns = Callable[[Sequence[str]], Iterable[Entry]]
COLUMNS: Registry[Columns] = Registry("columns of the channels")


@cache
def all_channels() -> tuple[Channel, ...]:
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["channel"]
    return tuple(
        Channel(
            row["key"],
            row["name"],
            row["name_zh"],
            pages=tuple(row["pages"]),
            columns=tuple(row.get("columns", ())),
            below=tuple(row.get("below", ())),
            rest=bool(row.get("rest")),
            tasks=bool(row.get("tasks")),
        )
        for row in rows
    )


# What an address depends on besides its name: language, prefix of the server, table of addresses.
Where: TypeAlias = tuple[str, str, str]


def where() -> Where:
    """For keys of what holds addresses."""
    return languages.current(), get_script_prefix(), str(get_urlconf() or settings.ROOT_URLCONF)


def public_address(url_name: str) -> str:
    """The address of a public page by its name, with or without "public:"; "" while nobody serves it."""
    return _address(url_name.removeprefix("public:"), where())


@lru_cache(maxsize=1_000)  # every page of the shell asks for some forty of them
def _address(name: str, where: Where) -> str:
    try:
        return reverse(f"public:{name}")
    except NoReverseMatch:
        return ""


def filled() -> list[Channel]:
    """Channels that hold something, each with its pages in the reader's language."""
    return list(_filled(where()))


@lru_cache(maxsize=20)
def _filled(where: Where) -> tuple[Channel, ...]:
    """The registries are frozen and the labels speak the reader's language when they are shown."""
    labels = {**OWN, **{one.url_name: one.label for one in site.channels()}}
    hints = {**OWN_HINTS, **{task.url_name: task.hint for task in site.tasks()}}
    named = {name for one in all_channels() for name in one.pages}
    found = []
    for one in all_channels():
        names = [*one.pages, *(name for name in labels if one.rest and name not in named)]
        entries = tuple(
            Entry(labels[name], url, hint=hints.get(name, ""))
            for name in names
            if name in labels and (url := public_address(name))
        )
        if entries:
            found.append(replace(one, entries=entries))
    return tuple(found)


def columns_of(channel: Channel) -> list[Entry]:
    """Links to the columns that belong to the channel, hold something and are not called like one of its pages."""
    if not channel.columns:
        return []
    taken = {str(entry.label) for entry in channel.entries}
    found = (entry for columns in COLUMNS for entry in columns(channel.columns))
    return [entry for entry in found if str(entry.label) not in taken]


def navigation(here: str) -> list[Entry]:
    """The links of the main navigation, the one that the page belongs to marked."""
    places = _places(where())
    depths = [
        max((len(url) for url in above if here.startswith(url)), default=0) for _one, _url, above in places
    ]
    best = max(depths, default=0)
    return [
        Entry(one.label, url, "page" if url == here else "true" if depth and depth == best else "")
        for (one, url, _above), depth in zip(places, depths, strict=True)
    ]


@lru_cache(maxsize=20)
def _places(where: Where) -> tuple[tuple[Channel, str, tuple[str, ...]], ...]:
    """Channel, its address, and the beginnings of the addresses that belong to it."""
    home = f"/{languages.PREFIXES[languages.current()]}/"
    return tuple(
        (one, one.url, (one.url, *(entry.url for entry in one.entries), *(home + part for part in one.below)))
        for one in _filled(where)
    )
