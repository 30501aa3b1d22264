"""Changes of a definition, each a new one: parts, blocks, rules of cells, checks. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from schools.returns.definition import (
    Block,
    Cell,
    CellSpec,
    Check,
    Definition,
    Line,
    Part,
    Question,
    Questions,
    Rows,
    Table,
    Upload,
    Words,
)
from schools.returns.designer.lines import key_from

Keyed = TypeVar("Keyed", Part, Line, Question, Check, Block)
Edit = Callable[[Definition], Definition]
KINDS_OF_BLOCK: dict[str, Callable[[str, Words], Block]] = {
    "table": lambda key, words: Table(key, words, (), ()),
    "questions": lambda key, words: Questions(key, words, ()),
    "rows": lambda key, words: Rows(key, words, ()),
    "upload": Upload,
}


def gone() -> ValidationError:
    return ValidationError(_("Somebody else removed this meanwhile. Look at the form again."))


def put(things: Sequence[Any], thing: Any, at: str = "") -> tuple[Any, ...]:
    """`thing` in the place of the one with the key `at`; behind the last one where `at` is empty."""
    if not at:
        return (*things, thing)
    if all(one.key != at for one in things):
        raise gone()
    return tuple(thing if one.key == at else one for one in things)


def without(things: Sequence[Any], key: str) -> tuple[Any, ...]:
    return tuple(one for one in things if one.key != key)


def moved(things: Sequence[Any], key: str, by: int) -> tuple[Any, ...]:
    """One place up (-1) or down (1); at the end it stays where it is."""
    row = list(things)
    place = next((number for number, one in enumerate(row) if one.key == key), None)
    if place is None:
        raise gone()
    target = min(max(place + by, 0), len(row) - 1)
    row.insert(target, row.pop(place))
    return tuple(row)


# --- parts --------------------------------------------------------------------------------------


def part_of(definition: Definition, key: str) -> Part:
    found = definition.part(key)
    if found is None:
        raise gone()
    return found


def add_part(definition: Definition, words: Words, stages: tuple[str, ...] = ()) -> Definition:
    key = key_from(words, [part.key for part in definition.parts])
    return replace(definition, parts=(*definition.parts, Part(key, words, (), stages)))


def rename_part(definition: Definition, key: str, words: Words, stages: tuple[str, ...]) -> Definition:
    changed = replace(part_of(definition, key), words=words, stages=stages)
    return replace(definition, parts=put(definition.parts, changed, key))


def remove_part(definition: Definition, key: str) -> Definition:
    return replace(definition, parts=without(definition.parts, key))


def move_part(definition: Definition, key: str, by: int) -> Definition:
    return replace(definition, parts=moved(definition.parts, key, by))


# --- blocks -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A block of a part, by keys."""

    part: str
    block: str


def block_of(definition: Definition, place: Place) -> Block:
    found = next((one for one in part_of(definition, place.part).blocks if one.key == place.block), None)
    if found is None:
        raise gone()
    return found


def _with_blocks(definition: Definition, part: str, blocks: tuple[Block, ...]) -> Definition:
    changed = replace(part_of(definition, part), blocks=blocks)
    return replace(definition, parts=put(definition.parts, changed, part))


def add_block(definition: Definition, part: str, kind: str, words: Words) -> tuple[Definition, str]:
    """Keys of blocks are unique in the whole form: cells are named by them. Returns the key, too."""
    taken = [block.key for one in definition.parts for block in one.blocks]
    key = key_from(words, taken)
    block = KINDS_OF_BLOCK[kind](key, words)
    blocks = (*part_of(definition, part).blocks, block)
    return _with_blocks(definition, part, blocks), key


def put_block(definition: Definition, place: Place, block: Block) -> Definition:
    blocks = put(part_of(definition, place.part).blocks, block, place.block)
    return _with_blocks(definition, place.part, blocks)


def remove_block(definition: Definition, place: Place) -> Definition:
    return _with_blocks(definition, place.part, without(part_of(definition, place.part).blocks, place.block))


def move_block(definition: Definition, place: Place, by: int) -> Definition:
    blocks = moved(part_of(definition, place.part).blocks, place.block, by)
    return _with_blocks(definition, place.part, blocks)


def with_lines(table: Table, rows: tuple[Line, ...], columns: tuple[Line, ...]) -> Table:
    """Rules of single cells go with their row or column."""
    known = {f"{row.key}.{column.key}" for row in rows for column in columns}
    cells = {name: spec for name, spec in table.cells.items() if name in known}
    return replace(table, rows=rows, columns=columns, cells=cells)


# --- rules of cells -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """What a rule is for: `row`, `column` or both (one cell) of a table; `item`: a question or column of rows."""

    place: Place
    row: str = ""
    column: str = ""
    item: str = ""


def _by_key(things: Sequence[Any], key: str) -> Any:
    found = next((one for one in things if one.key == key), None)
    if found is None:
        raise gone()
    return found


def spec_of(definition: Definition, target: Target) -> CellSpec | None:
    """The rule that stands at this very place; None where another place decides."""
    block = block_of(definition, target.place)
    if isinstance(block, Questions):
        return _spec(_by_key(block.items, target.item))
    if isinstance(block, Rows):
        return _spec(_by_key(block.columns, target.item))
    if not isinstance(block, Table):
        raise gone()
    if target.row and target.column:
        return block.cells.get(f"{target.row}.{target.column}")
    if target.row:
        return _spec(_by_key(block.rows, target.row))
    return _spec(_by_key(block.columns, target.column))


def _spec(holder: Line | Question) -> CellSpec | None:
    return holder.spec


def put_spec(definition: Definition, target: Target, spec: CellSpec | None) -> Definition:
    """Write a rule; None takes it away, so that row or column decide again."""
    block = block_of(definition, target.place)
    return put_block(definition, target.place, _with_spec(block, target, spec))


def _with_spec(block: Block, target: Target, spec: CellSpec | None) -> Block:
    if isinstance(block, Questions):
        item = replace(_by_key(block.items, target.item), spec=spec or CellSpec())
        return replace(block, items=put(block.items, item, target.item))
    if isinstance(block, Rows):
        item = replace(_by_key(block.columns, target.item), spec=spec or CellSpec())
        return replace(block, columns=put(block.columns, item, target.item))
    if not isinstance(block, Table):
        raise gone()
    if target.row and target.column:
        return _with_cell(block, target, spec)
    if target.row:
        line = replace(_by_key(block.rows, target.row), spec=spec)
        return replace(block, rows=put(block.rows, line, target.row))
    line = replace(_by_key(block.columns, target.column), spec=spec)
    return replace(block, columns=put(block.columns, line, target.column))


def _with_cell(table: Table, target: Target, spec: CellSpec | None) -> Table:
    _by_key(table.rows, target.row), _by_key(table.columns, target.column)
    cells = dict(table.cells)
    cells.pop(f"{target.row}.{target.column}", None)
    if spec is not None:
        cells[f"{target.row}.{target.column}"] = spec
    return replace(table, cells=cells)


def cells_at(definition: Definition, target: Target) -> list[Cell]:
    """The cells for which the rule of this very place decides."""
    spec = spec_of(definition, target)
    return [
        cell
        for cell in definition.cells.values()
        if cell.block.key == target.place.block and cell.spec is spec
    ]


def put_line(
    definition: Definition, target: Target, *, level: int, is_total: bool, stages: tuple[str, ...]
) -> Definition:
    """How a row of a table stands: indented, as a total, asked of some stages only."""
    table = block_of(definition, target.place)
    if not isinstance(table, Table):
        raise gone()
    line = replace(_by_key(table.rows, target.row), level=level, is_total=is_total, stages=stages)
    return put_block(definition, target.place, replace(table, rows=put(table.rows, line, target.row)))


# --- checks -------------------------------------------------------------------------------------


def put_check(definition: Definition, check: Check, at: str = "") -> Definition:
    return replace(definition, checks=put(definition.checks, check, at))


def new_check_key(definition: Definition) -> str:
    taken = {check.key for check in definition.checks}
    return next(key for number in range(1, len(taken) + 2) if (key := f"check_{number}") not in taken)


def remove_check(definition: Definition, key: str) -> Definition:
    return replace(definition, checks=without(definition.checks, key))
