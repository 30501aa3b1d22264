"""What a form asks that somebody holds already: register facts, and other forms in use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from schools.returns.bindings import FACTS, Fact, bound_cells, fits
from schools.returns.choices import VersionStatus
from schools.returns.definition import NUMERIC, Cell, Definition, Table
from schools.returns.models import Form, FormVersion

_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Bound:
    """A cell that a register fills in."""

    cell: Cell
    fact: Fact


@dataclass(frozen=True)
class Alike:
    """A cell with the words of a register fact that is not bound to it."""

    cell: Cell
    fact: Fact


@dataclass(frozen=True)
class Repeat:
    """A cell that another form in use asks for with the same words."""

    cell: Cell
    form: Form
    there: Cell


@dataclass(frozen=True)
class Held:
    definition: Definition
    version: FormVersion

    @cached_property
    def bound(self) -> list[Bound]:
        cells = self.definition.cells
        return [Bound(cells[key], fact) for key, fact in bound_cells(self.definition)]

    @cached_property
    def alike(self) -> list[Alike]:
        facts = {plain(name): fact for fact in FACTS for name in fact.known_as}
        return list(self._alike(facts))

    def _alike(self, facts: dict[str, Fact]) -> Iterator[Alike]:
        for cell in self._typed():
            fact = next((facts[name] for name in names_of(cell) if name in facts), None)
            if fact is not None and fits(fact.kind, cell.spec.kind):
                yield Alike(cell, fact)

    @cached_property
    def repeats(self) -> list[Repeat]:
        """Figures only: that two forms both have a field for remarks is no second request."""
        mine = {plain(cell.label.zh): cell for cell in self._typed() if cell.spec.kind in NUMERIC}
        found = []
        for other in in_use(leaving_out=self.version.form_id) if mine else ():
            for there in other.content.cells.values():
                cell = mine.get(plain(there.label.zh))
                if cell is not None and not there.spec.computed:
                    found.append(Repeat(cell, other.form, there))
        return found

    def _typed(self) -> Iterator[Cell]:
        """Cells that a person must fill in: neither computed nor bound."""
        cells = self.definition.cells.values()
        return (cell for cell in cells if not cell.spec.computed and not cell.spec.bound)

    @property
    def asks_again(self) -> bool:
        return bool(self.alike or self.repeats)


def plain(words: str) -> str:
    """Words without spaces and marks, for comparing."""
    return _NOT_WORDS.sub("", words)


def names_of(cell: Cell) -> tuple[str, ...]:
    """Under which words a cell is known: row and column together, in either order; the first column as the row alone."""
    if cell.row is None or cell.column is None:
        return (plain(cell.label.zh),)
    row, column = plain(cell.row.words.zh), plain(cell.column.words.zh)
    is_first = isinstance(cell.block, Table) and cell.block.columns[0].key == cell.column.key
    return (row + column, column + row, *((row,) if is_first else ()))


def in_use(leaving_out: int) -> list[FormVersion]:
    """The versions in use of other forms whose basis holds."""
    found = FormVersion.objects.filter(status=VersionStatus.FROZEN).exclude(form_id=leaving_out)
    valid = Q(form__expires_on__isnull=True) | Q(form__expires_on__gte=timezone.localdate())
    return list(found.filter(valid).select_related("form__owner").order_by("form__code"))


def held_by_others(version: FormVersion) -> Held:
    return Held(version.content, version)


def asks_again(version: FormVersion) -> bool:
    """Whether a version asks for figures that somebody holds already."""
    return held_by_others(version).asks_again
