"""Registries: filled once while the apps start, then frozen. A late or double entry is a fault."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from types import ModuleType
from typing import Generic, TypeVar

from django.apps import AppConfig, apps

T = TypeVar("T")

OURS = ("bureau.", "schools", "personnel", "finance", "supervision", "sections.", "tests.")

# What each app or room may offer, in the order in which it is read: later modules may use earlier ones.
DISCOVERED = (
    "capabilities",
    "clocks",
    "loaders",
    "rules",
    "remits",
    "facts",
    "trackers",
    "tasks",
    "workflow",
    "duplicates",
    "digests",
    "notices",
    "sheets",
    "searches",
    "pages",
    "api",
    "public",
)


class RegistryError(Exception):
    """A registry was asked for what it does not hold, or given what it may not take."""


class Registry(Generic[T]):
    """Entries by key, in order of registration."""

    _all: list[Registry[object]] = []

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}
        self._frozen = False
        Registry._all.append(self)  # type: ignore[arg-type]

    def add(self, key: str, entry: T) -> T:
        if self._frozen:
            raise RegistryError(f"{self.name} is frozen; {key} came too late")
        if key in self._entries:
            raise RegistryError(f"{self.name} holds {key} already")
        self._entries[key] = entry
        return entry

    def get(self, key: str) -> T | None:
        return self._entries.get(key)

    def __getitem__(self, key: str) -> T:
        try:
            return self._entries[key]
        except KeyError:
            raise RegistryError(f"{self.name} holds no {key}") from None

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def keys(self) -> list[str]:
        return list(self._entries)

    @classmethod
    def freeze_all(cls) -> None:
        for registry in cls._all:
            registry._frozen = True


class RoomsConfig(AppConfig):
    """An app of several rooms: subpackages with models and registrations of their own."""

    default = False  # only a subclass is an app; it says `default = True`
    rooms: tuple[str, ...] = ()

    def import_models(self) -> None:
        super().import_models()
        for room in self.rooms:
            module = import_if_there(f"{self.name}.{room}.models")
            # Django makes no tables for an app without a models module of its own.
            self.models_module = self.models_module or module


def import_if_there(module: str) -> ModuleType | None:
    """Import `module` when it exists; an error inside it is not swallowed."""
    return importlib.import_module(module) if find_spec(module) is not None else None


def fill_registries() -> None:
    """Import what every app and room declares, module kind by module kind, then freeze."""
    for kind in DISCOVERED:
        for config in apps.get_app_configs():
            if not config.name.startswith(OURS):
                continue
            import_if_there(f"{config.name}.{kind}")
            for room in getattr(config, "rooms", ()):
                import_if_there(f"{config.name}.{room}.{kind}")
    Registry.freeze_all()
