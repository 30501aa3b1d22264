"""Reference data of every app: calendar, clock rules, code lists. `manage.py reference` loads it.

An app ships the files in its `reference/` folder and registers a Loader in its `loaders.py`:

    register(Loader("schools.codes", _("school types"), load_codes))

A loader may run any number of times: it adds what is missing, corrects what differs, and never takes back
what an administrator has changed since.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.functional import Promise

from bureau.registry import Registry

M = TypeVar("M", bound=models.Model)


@dataclass
class Loaded:
    """What a loader found to do."""

    created: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(self.created + other.created, self.changed + other.changed, self.same + other.same)


@dataclass(frozen=True)
class Loader:
    key: str
    label: str | Promise
    load: Callable[[], Loaded | None]  # None: it keeps no count


LOADERS: Registry[Loader] = Registry("reference loaders")


def register(loader: Loader) -> Loader:
    return LOADERS.add(loader.key, loader)


def load_all() -> Iterator[tuple[Loader, Loaded]]:
    """Run every loader in the order of registration, lower floors first, each in a transaction."""
    for loader in LOADERS:
        with transaction.atomic():
            yield loader, loader.load() or Loaded()


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a code list; the byte-order mark at its head is passed over."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: (value or "").strip() for name, value in row.items()}


def put_all(model: type[M], key: tuple[str, ...], wanted: Iterable[Mapping[str, Any]]) -> Loaded:
    """Bring the rows named by the fields of `key` in line with "
    "`wanted`: one read, and writes only what differs."""
    present = {tuple(getattr(row, name) for name in key): row for row in model._default_manager.all()}
    new: list[M] = []
    loaded = Loaded()
    for values in wanted:
        row = present.get(tuple(values[name] for name in key))
        if row is None:
            new.append(_checked(model(**values)))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            _checked(row).save()
            loaded.changed += 1
        else:
            loaded.same += 1
    loaded.created = len(model._default_manager.bulk_create(new))
    return loaded


def _checked(row: M) -> M:
    """Field by field; the constraints of the database watch over the rest."""
    row.clean_fields(exclude={field.name for field in row._meta.concrete_fields if field.is_relation})
    return row
