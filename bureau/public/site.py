"""What apps show the public: addresses, channels of the main navigation, tasks on the home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver
from django.utils.functional import Promise

from bureau.registry import Registry


@dataclass(frozen=True)
class Channel:
    """An entry of the main navigation. `url_name` without the namespace, e.g. "school_list"."""

    label: str | Promise
    order: int
    url_name: str


@dataclass(frozen=True)
class Task:
    """A thing that people come to do; shown on the home page."""

    label: str | Promise
    hint: str | Promise
    icon: str
    url_name: str
    order: int = 50


@dataclass(frozen=True)
class Mount:
    prefix: str
    urlpatterns: Sequence[URLPattern | URLResolver]
    channel: Channel | None = None
    tasks: tuple[Task, ...] = field(default=())


MOUNTS: Registry[Mount] = Registry("public pages")


def mount(
    prefix: str,
    urlpatterns: Sequence[URLPattern | URLResolver],
    *,
    channel: Channel | None = None,
    tasks: tuple[Task, ...] = (),
) -> Mount:
    """Serve an app's public pages under /{lang}/<prefix>; their names live in the namespace "public"."""
    return MOUNTS.add(prefix, Mount(prefix, urlpatterns, channel, tasks))


def channels() -> list[Channel]:
    return sorted((one.channel for one in MOUNTS if one.channel), key=lambda entry: entry.order)


def tasks() -> list[Task]:
    return sorted((task for one in MOUNTS for task in one.tasks), key=lambda entry: entry.order)
