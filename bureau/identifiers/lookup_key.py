"""Changing the key of look-up: each column of digests says how its values come under the newest key.

Everything here works while the portal runs, may be killed and run again, and may run twice at once: a row is written
only if it still holds what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol, TypeVar

from django.db import DatabaseError, models, transaction
from django.db.models import Model, QuerySet

from bureau.audit.services import Actor, record
from bureau.identifiers.digests import DigestField, mark_of
from bureau.identifiers.encryption import Digest, lookup_key_mark, lookup_keys
from bureau.registry import Registry

T = TypeVar("T")

BATCH = 500
SHOWN = 10  # rows that are named


@dataclass(frozen=True)
class Left:
    """What does not stand under the newest key. `former`: a former key that is set still finds it; `lost`: none does.

    `until`: from when nothing of `former` is needed any more by itself; None where the values stay.
    `rows`: the keys of some of them, where `rotate` should have written all.
    """

    former: int = 0
    lost: int = 0
    until: datetime | None = None
    rows: tuple[int, ...] = ()


class Column(Protocol):
    """`makes_anew`: whether the digests can be computed again, or wait for somebody to type what they are made of."""

    @property
    def makes_anew(self) -> bool: ...

    def rotate(self) -> int:
        """Write with the newest key what can be; returns how many values."""
        ...

    def left(self) -> Left: ...


COLUMNS: Registry[Column] = Registry("columns of keyed digests")


def declare(model: type[Model], name: str, column: Column) -> None:
    """Say how the digests in this column come under another key."""
    COLUMNS.add(f"{model._meta.label_lower}.{name}", column)


@dataclass(frozen=True)
class Change:
    """One value: in row `pk`, from what was read to what it shall be."""

    pk: int
    stored: str
    digest: Digest


@dataclass(frozen=True)
class Recomputed:
    """A digest of what stands in the same row. `of(row)`: the fresh digest, None where there is no text for one.

    `reads`: the fields that `of` needs. `heals`: whether a value that fits no key is written anew as well; never
    where the digest proves that the row was not altered.
    """

    model: type[Model]
    name: str
    of: Callable[[Any], Digest | None]
    reads: Sequence[str]
    heals: bool = True
    makes_anew: bool = field(default=True, init=False)

    def rotate(self) -> int:
        written = 0
        for rows in self._batches():
            changes = [one for one in self._changes(rows) if self.heals or one.stored in one.digest.former]
            written += write(self.model._base_manager.all(), self.name, changes)
        return written

    def left(self) -> Left:
        former, lost, some = 0, 0, list[int]()
        for rows in self._batches():
            for one in self._changes(rows):
                is_former = one.stored in one.digest.former
                former, lost = former + is_former, lost + (not is_former)
                some += [one.pk] if len(some) < SHOWN else []
        return Left(former, lost, rows=tuple(some))

    def _batches(self) -> Iterator[list[Any]]:
        held = self.model._base_manager.exclude(**{self.name: ""}).exclude(**{f"{self.name}__isnull": True})
        return batches(held.only("pk", self.name, *self.reads))

    def _changes(self, rows: Sequence[Any]) -> Iterator[Change]:
        for row in rows:
            stored, digest = getattr(row, self.name), self.of(row)
            if digest is not None and stored != digest:
                yield Change(row.pk, stored, digest)


@dataclass(frozen=True)
class Enumerated:
    """A digest of one of the things that `everything()` can name; in which row it stands is told by nothing else."""

    model: type[Model]
    name: str
    everything: Callable[[], Iterable[Digest]]
    makes_anew: bool = field(default=True, init=False)

    def rotate(self) -> int:
        rows = self.model._base_manager.all()
        return sum(write(rows, self.name, changes) for changes in self._changes())

    def left(self) -> Left:
        found = [one.pk for changes in self._changes() for one in changes]
        return Left(len(found), rows=tuple(found[:SHOWN]))

    def _changes(self) -> Iterator[list[Change]]:
        for digests in _parts(self.everything()):
            known = {former: digest for digest in digests for former in digest.former}
            for formers in _parts(known):
                rows = self.model._base_manager.filter(**{f"{self.name}__in": formers}).order_by("pk")
                yield [Change(pk, stored, known[stored]) for pk, stored in rows.values_list("pk", self.name)]


@dataclass(frozen=True)
class Typed:
    """A digest of what people have and the portal has not: a code, a form, a file. It waits until they come back.

    Its model has a `KeyMarkField` for it. `until(rows)`: when the last of these rows is gone.
    """

    model: type[Model]
    name: str
    until: Callable[[QuerySet[Any]], datetime | None] | None = None
    makes_anew: bool = field(default=False, init=False)

    @property
    def mark(self) -> str:
        found = mark_of(self.model, self.name)
        if found is None:
            raise TypeError(f"{self.model._meta.label_lower}.{self.name} has no KeyMarkField")
        return found.name

    def rotate(self) -> int:
        """No digest can be written; rows of before keys had marks are noted as made by the oldest key."""
        oldest = lookup_key_mark(lookup_keys()[-1])
        if len(lookup_keys()) > 1:
            for rows in batches(self._held().filter(**{self.mark: ""}).only("pk")):
                ids = [row.pk for row in rows]
                self.model._base_manager.filter(**{"pk__in": ids, self.mark: ""}).update(
                    **{self.mark: oldest}
                )
        return 0

    def left(self) -> Left:
        newest, *others = [lookup_key_mark(key) for key in lookup_keys()]
        if not others:
            # Without a second key a row of before keys had marks is nobody's question.
            return Left(lost=self._held().exclude(**{f"{self.mark}__in": ["", newest]}).count())
        held = self._held().exclude(**{self.mark: newest})
        former = held.filter(**{f"{self.mark}__in": ["", *others]})
        count = former.count()
        until = self.until(former) if self.until and count else None
        return Left(count, held.count() - count, until)

    def _held(self) -> QuerySet[Any]:
        return self.model._base_manager.exclude(**{self.name: ""}).exclude(**{f"{self.name}__isnull": True})


def batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The rows by key, `BATCH` at a time; memory does not grow with the table."""
    last: object = None
    while batch := list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def _parts(things: Iterable[T]) -> Iterator[list[T]]:
    taken = iter(things)
    while part := list(islice(taken, BATCH)):
        yield part


def write(rows: QuerySet[Any], name: str, changes: Sequence[Change]) -> int:
    """Write the changes in one transaction; where one of them is refused, one by one, leaving that one out.

    Refused: another record holds the digest already, or somebody keeps the row locked. Returns how many were written.
    """
    try:
        with transaction.atomic():
            return sum(_write_one(rows, name, one) for one in changes)
    except DatabaseError:
        return sum(_try_one(rows, name, one) for one in changes)


def _write_one(rows: QuerySet[Any], name: str, one: Change) -> int:
    return rows.filter(pk=one.pk, **{name: one.stored}).update(**{name: one.digest})


def _try_one(rows: QuerySet[Any], name: str, one: Change) -> int:
    try:
        with transaction.atomic():
            return _write_one(rows, name, one)
    except DatabaseError:
        return 0


def digest_fields() -> Iterator[tuple[type[models.Model], DigestField]]:
    """Every column of digests among the installed models."""
    from django.apps import apps

    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            if isinstance(one, DigestField):
                yield model, one


def rotate(*, by: Actor, tell: Callable[[str, int, Left], None] | None = None) -> int:
    """Bring every column under the first key of LOOKUP_KEY; returns how many values were written.

    `tell(column, written, left)` is called after each column.
    """
    total = 0
    for key, column in zip(COLUMNS.keys(), COLUMNS, strict=True):
        written = column.rotate()
        total += written
        if tell is not None:
            tell(key, written, column.left())
    detail = {"key": lookup_key_mark(lookup_keys()[0]), "count": total}
    record("identifiers.lookup_key.rotated", by=by, detail=detail)
    return total


def status() -> Iterator[tuple[str, Column, Left]]:
    """Column by column what does not stand under the newest key yet."""
    for key, column in zip(COLUMNS.keys(), COLUMNS, strict=True):
        yield key, column, column.left()
