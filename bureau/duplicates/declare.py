"""What a register says about its doubles: how they are recognised, what can be chosen, what hangs on a record.

The app that owns the records registers one `Mergeable`. Every app whose rows point at them registers a
`Dependant` per foreign key; a merge refuses while one is missing, so that no row is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from bureau.accounts.principals import Principal
from bureau.duplicates.models import DuplicatePair
from bureau.registry import Registry, RegistryError

Text: TypeAlias = str | Promise
# A declaration names the fields of its own model, so the record is Any here.
Values: TypeAlias = Mapping[str, Any]
# moves: to the record that stays; what clashes there stays behind.
# stays: belongs to the past of the merged record and is read there.
# follows: rows of both are matched; what hangs on the one goes to the other (the stages of a school).
# rights: written by `bureau.access`, which moves shares and applies remits anew.
How: TypeAlias = Literal["moves", "stays", "follows", "rights"]


@dataclass(frozen=True)
class Sign:
    """One likeness. `keys(record)`: texts; two records that share one carry the sign, and its `weight`.

    A key that more than `most` records share says nothing about any two of them and is passed over.
    """

    name: str
    label: Text
    weight: int
    keys: Callable[[Any], Iterable[str]]
    most: int = 8


@dataclass(frozen=True)
class Choice:
    """Fields that are taken from one of the two records together; named after the first.

    `shown`: the value in words, masked where it must be. `swaps`: a number that no two records may carry: the
    merged record keeps the one that the survivor does not.
    """

    fields: tuple[str, ...]
    label: Text = ""
    shown: Callable[[Any], str] | None = None
    swaps: bool = False

    @property
    def name(self) -> str:
        return self.fields[0]

    def differs(self, first: Model, second: Model) -> bool:
        return any(value_of(first, name) != value_of(second, name) for name in self.fields)

    def is_empty(self, record: Model) -> bool:
        return value_of(record, self.name) in (None, "")


def value_of(record: Model, name: str) -> Any:
    """The stored value of a field; of a foreign key its id."""
    return getattr(record, record._meta.get_field(name).attname)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Mergeable:
    """A register whose records may stand in it twice.

    `enough`: the score from which a pair is shown. `live`: records that take part. `refuse(loser, survivor)`:
    why these two cannot be merged now. `after(loser, survivor, by)`: what follows in the same transaction:
    rights, units, notices. `watched`: other tables that carry signs, with the field that names the record.
    The workflow of `model` has the steps of `bureau.duplicates.life.folding`.
    """

    model: type[Model]
    pairs: type[DuplicatePair]
    signs: Sequence[Sign]
    choices: Sequence[Choice]
    live: Callable[[], Q] = Q
    enough: int = 50
    select_related: Sequence[str] = ()
    prefetch_related: Sequence[str] = ()
    watched: Sequence[tuple[type[Model], str]] = ()
    refuse: Callable[[Any, Any], str] | None = None
    after: Callable[[Any, Any, Principal], None] | None = None

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    def records(self) -> QuerySet[Any]:
        """The records that take part, with what the signs read."""
        found = self.model._base_manager.filter(self.live())
        return found.select_related(*self.select_related).prefetch_related(*self.prefetch_related)

    def pair_rows(self) -> QuerySet[Any]:
        """All pairs, whatever became of them."""
        return self.pairs._base_manager.all()

    def sign(self, name: str) -> Sign | None:
        return next((sign for sign in self.signs if sign.name == name), None)


@dataclass(frozen=True)
class Dependant:
    """A foreign key to a mergeable record (or to a row that `follows` one) and what a merge does with its rows.

    `match`: fields by which rows that `follows` are matched. `before(rows, survivor)`: what must be changed so
    that rows fit at the survivor. `move(rows, survivor)`: instead of an update, where a table has its own door.
    `clash`: what happens to a row of which the survivor has the like: it stays behind, or the merge refuses.
    """

    model: type[Model]
    field: str
    how: How = "moves"
    label: Text = ""
    match: tuple[str, ...] = ()
    before: Callable[[QuerySet[Any], Any], None] | None = None
    move: Callable[[QuerySet[Any], Any], int] | None = None
    clash: Literal["stays", "refuses"] = "stays"

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    @property
    def onto(self) -> type[Model]:
        related: Any = self.model._meta.get_field(self.field).related_model
        return related  # type: ignore[no-any-return]

    @property
    def title(self) -> str:
        return str(self.label or self.model._meta.verbose_name_plural)


@dataclass(frozen=True)
class Loose:
    """Rows that name a record by kind and id: files move with it; what is history stays."""

    model: type[Model]
    kind: str
    object_id: str
    label: Text = ""

    @property
    def title(self) -> str:
        return str(self.label or self.model._meta.verbose_name_plural)


MERGEABLES: Registry[Mergeable] = Registry("registers with duplicates")
DEPENDANTS: Registry[Dependant] = Registry("rows that hang on mergeable records")
LOOSE: Registry[Loose] = Registry("rows that name a record by kind and id")


def register(mergeable: Mergeable) -> Mergeable:
    from bureau.duplicates.watching import watch

    named = {field.name for field in mergeable.model._meta.concrete_fields}
    unknown = {name for choice in mergeable.choices for name in choice.fields} - named
    if unknown or "merged_into" not in named:
        raise RegistryError(f"{mergeable.kind}: no such fields: {sorted(unknown) or 'merged_into'}")
    MERGEABLES.add(mergeable.kind, mergeable)
    watch(mergeable)
    return mergeable


def hangs(*dependants: Dependant) -> None:
    """Register what hangs on mergeable records."""
    for dependant in dependants:
        DEPENDANTS.add(dependant.key, dependant)


def loose(row: Loose) -> Loose:
    return LOOSE.add(row.model._meta.label_lower, row)


def mergeable_of(pair: DuplicatePair | type[DuplicatePair]) -> Mergeable:
    """The register to which a pair belongs."""
    label = pair._meta.label_lower
    found = next((one for one in MERGEABLES if one.pairs._meta.label_lower == label), None)
    if found is None:
        raise RegistryError(f"{label} belongs to no register with duplicates")
    return found
