"""A kind of record becomes findable by one declaration in `<app>/searches.py`.

    register(Searchable(
        School,
        names=lambda school: [school.name_zh, school.name, *school.former_names.splitlines()],
        words=lambda school: [school.address, school.township],
        identifiers=lambda school: [school.code],
        select_related=("district",),
        follows={SchoolLeader: lambda leader: [leader.school_id]},
    ))

Whoever may view a record may find it by everything that is indexed. So only what every such person reads on
the page belongs here: no resident ID number, no part of one, no telephone number that the page masks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.text import capfirst

from bureau.registry import Registry

Texts = Callable[[Any], Iterable[str | None]]


def _none(record: Any) -> Iterable[str]:
    return ()


def _no_subtitle(record: Any) -> str:
    return ""


@dataclass(frozen=True)
class Sealed:
    """A personal number that is found whole or not at all, by those who may `verb` the record.

    `find`: what was typed → a Q over the keyed look-up column, or None when it cannot be such a number.
    Nothing of it stands in the index.
    """

    verb: str
    find: Callable[[str], Q | None]


@dataclass(frozen=True)
class Searchable:
    """How records of `model` are found and shown by the one search box.

    `names`: what the record is called, the first one for the order of results; also found by pinyin.
    `words`: further texts. `identifiers`: codes and numbers, found whole or from their beginning.
    `follows`: other models whose changes alter the words: model → record → keys of ours to index again.
    Text callables may return None and empty strings; they are skipped.
    """

    model: type[Model]
    names: Texts
    words: Texts = _none
    identifiers: Texts = _none
    sealed: Sequence[Sealed] = ()
    title: Callable[[Any], str] = str
    subtitle: Callable[[Any], str] = _no_subtitle
    select_related: Sequence[str] = ()
    prefetch_related: Sequence[str] = ()
    follows: Mapping[type[Model], Callable[[Any], Iterable[int | None]]] = field(default_factory=dict)
    label: str | Promise = ""
    icon: str = "doc"

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    @property
    def heading(self) -> str:
        return capfirst(str(self.label or self.model._meta.verbose_name_plural))


# In this order the kinds stand on the results page.
SEARCHABLES: Registry[Searchable] = Registry("searchable kinds of records")


def register(searchable: Searchable) -> Searchable:
    """Make the kind findable and keep its entries in step with every single save and delete."""
    from bureau.search.keeping import keep_in_step

    SEARCHABLES.add(searchable.kind, searchable)
    keep_in_step(searchable)
    return searchable


def searchable_of(model: type[Model]) -> Searchable | None:
    return SEARCHABLES.get(model._meta.label_lower)
