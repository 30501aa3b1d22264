"""Two versions of a form: which cells and checks were added, removed or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from schools.returns.definition import Cell, CellSpec, Check, Definition

WORDS_OF_SPEC = {
    "kind": _("kind"),
    "required": _("required"),
    "unit": _("unit"),
    "least": _("least"),
    "most": _("most"),
    "decimals": _("decimal places"),
    "choices": _("choices"),
    "computed": _("computed"),
    "bound": _("taken from the register"),
    "writes_back": _("goes back into the register"),
    "change_percent": _("unusual change in percent"),
    "is_closed": _("closed"),
}


@dataclass(frozen=True)
class Change:
    """What is different about one cell: its words, and (what, old, new)."""

    cell: Cell
    what: tuple[tuple[Any, str, str], ...]


@dataclass(frozen=True)
class Compared:
    added: tuple[Cell, ...]
    removed: tuple[Cell, ...]
    changed: tuple[Change, ...]
    checks_added: tuple[Check, ...]
    checks_removed: tuple[Check, ...]
    checks_changed: tuple[tuple[Check, Check], ...]

    @property
    def is_same(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(self))


def compared(old: Definition, new: Definition) -> Compared:
    """From the older to the newer version, in the order of the form."""
    checks = {check.key: check for check in old.checks}
    later = {check.key: check for check in new.checks}
    return Compared(
        tuple(cell for key, cell in new.cells.items() if key not in old.cells),
        tuple(cell for key, cell in old.cells.items() if key not in new.cells),
        _changed(old.cells, new.cells),
        tuple(check for key, check in later.items() if key not in checks),
        tuple(check for key, check in checks.items() if key not in later),
        tuple((checks[key], check) for key, check in later.items() if key in checks and checks[key] != check),
    )


def _changed(old: Mapping[str, Cell], new: Mapping[str, Cell]) -> tuple[Change, ...]:
    pairs = ((old[key], cell) for key, cell in new.items() if key in old)
    found = (Change(cell, _differences(was, cell)) for was, cell in pairs)
    return tuple(change for change in found if change.what)


def _differences(was: Cell, now: Cell) -> tuple[tuple[Any, str, str], ...]:
    found = [(_("words"), str(was.label), str(now.label))] if was.label != now.label else []
    for one in fields(CellSpec):
        before, after = getattr(was.spec, one.name), getattr(now.spec, one.name)
        if before != after:
            found.append((WORDS_OF_SPEC[one.name], _plain(before), _plain(after)))
    return tuple(found)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{code} {words}" for code, words in value)
    return "" if value in (None, False) else str(value)
