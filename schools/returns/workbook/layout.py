"""Where the cells of a return stand on the sheets of its workbook: one sheet for each part, tables one below another.

The first columns of a table are the number of the line, its code and its words; then come the columns under the
letters of the form. Number and letter are the address of a cell (line 4 under C on the sheet A is A·C4), so screen,
paper and workbook say the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from bureau.sheets.rows import Text
from schools.returns.definition import (
    Block,
    Cell,
    CellSpec,
    Definition,
    Part,
    Questions,
    Rows,
    Table,
    Words,
    letter_of,
)

NUMBER: Text = pgettext_lazy("heading in a workbook", "Line")
CODE: Text = pgettext_lazy("heading in a workbook", "Code")
ITEM: Text = pgettext_lazy("heading in a workbook", "Item")
ENTRY: Text = pgettext_lazy("heading in a workbook", "Row")
ANSWER: Text = pgettext_lazy("heading in a workbook", "Answer")
BEFORE: Text = pgettext_lazy("heading in a workbook", "Before")

# Title, whose it is, what to do, the small print, an empty row.
FIRST_BLOCK = 5
NUMBER_PLACE, CODE_PLACE, ITEM_PLACE, FIRST_COLUMN = 0, 1, 2, 3
# Empty lines that a block of repeated rows offers beyond those that are filled.
SPARE_ROWS = 20


@dataclass(frozen=True)
class Head:
    """One column of a block. `key` is empty where the block is a list of questions."""

    key: str
    letter: str
    words: Words | None
    unit: Words | None
    place: int

    def __str__(self) -> str:
        return f"{self.letter} {heading(self)}"


def heading(head: Head) -> str:
    """Without its letter: "Girls (persons)"."""
    words = str(head.words) if head.words is not None else str(ANSWER)
    return f"{words} ({head.unit})" if head.unit is not None else words


@dataclass(frozen=True)
class Spot:
    """One line of a table, or one question: its number in the part, its place (0-based) and its cells by column."""

    number: int
    code: str
    words: Words
    unit: Words | None
    level: int
    place: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Laid:
    """A block on its sheet. `spots` is empty for repeated rows, which begin below the head."""

    block: Block
    title_place: int
    head_place: int
    heads: tuple[Head, ...]
    spots: tuple[Spot, ...] = ()
    spare: int = 0

    @property
    def end(self) -> int:
        return self.head_place + 1 + (self.spare or len(self.spots))


@dataclass(frozen=True)
class PartSheet:
    part: Part
    letter: str
    name: str
    blocks: tuple[Laid, ...]


def sheets_of(definition: Definition, counts: dict[str, int] | None = None) -> list[PartSheet]:
    """`counts`: how many repeated rows of a block there are already."""
    return [_sheet(definition, part, counts or {}) for part in definition.parts]


def _sheet(definition: Definition, part: Part, counts: dict[str, int]) -> PartSheet:
    letter = definition.letter(part)
    numbers = _numbers((definition.whole or definition).part(part.key) or part)
    place, blocks = FIRST_BLOCK, []
    for block in part.blocks:
        laid = _laid(definition, block, numbers, place, counts.get(block.key, 0))
        blocks.append(laid)
        place = laid.end + 1
    return PartSheet(part, letter, sheet_name(f"{letter} {part.words}"), tuple(blocks))


def sheet_name(title: str) -> str:
    """At most 31 characters, without those that a sheet's name may not hold."""
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31] or "1"


def _numbers(part: Part) -> dict[tuple[str, str], int]:
    """(block, line) → number in the whole part, as in the addresses of cells."""
    lines: list[tuple[str, str]] = []
    for block in part.blocks:
        if isinstance(block, Table):
            lines += [(block.key, row.key) for row in block.rows]
        elif isinstance(block, Questions):
            lines += [(block.key, item.key) for item in block.items]
    return {line: number for number, line in enumerate(lines, start=1)}


def _laid(
    definition: Definition, block: Block, numbers: dict[tuple[str, str], int], place: int, count: int
) -> Laid:
    head = place + 1
    if isinstance(block, Table):
        heads = tuple(
            Head(line.key, letter_of(at), line.words, _unit(line.spec), FIRST_COLUMN + at)
            for at, line in enumerate(block.columns)
        )
        return Laid(block, place, head, heads, _table_spots(definition, block, numbers, head + 1))
    if isinstance(block, Questions):
        heads = (Head("", "A", None, None, FIRST_COLUMN),)
        return Laid(block, place, head, heads, _question_spots(definition, block, numbers, head + 1))
    if isinstance(block, Rows):
        heads = tuple(
            Head(item.key, letter_of(at), item.words, item.spec.unit, 1 + at)
            for at, item in enumerate(block.columns)
        )
        return Laid(block, place, head, heads, spare=min(block.most, count + SPARE_ROWS))
    return Laid(block, place, place, ())


def _unit(spec: CellSpec | None) -> Words | None:
    return spec.unit if spec is not None else None


def _table_spots(
    definition: Definition, table: Table, numbers: dict[tuple[str, str], int], first: int
) -> tuple[Spot, ...]:
    return tuple(
        Spot(
            numbers[table.key, row.key],
            row.code,
            row.words,
            _unit(row.spec),
            row.level,
            first + at,
            tuple(definition.cells.get(f"{table.key}.{row.key}.{column.key}") for column in table.columns),
        )
        for at, row in enumerate(table.rows)
    )


def _question_spots(
    definition: Definition, block: Questions, numbers: dict[tuple[str, str], int], first: int
) -> tuple[Spot, ...]:
    return tuple(
        Spot(
            numbers[block.key, item.key],
            "",
            item.words,
            item.spec.unit,
            0,
            first + at,
            (definition.cells.get(f"{block.key}.{item.key}"),),
        )
        for at, item in enumerate(block.items)
    )
