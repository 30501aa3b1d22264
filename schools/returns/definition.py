"""The content of a form version: parts, blocks, cells, checks. Frozen dataclasses over a JSON document.

Keys are lasting: a cell is `block.row.column` (`pupils.g1.boys`), a question `block.question`; checks, bindings,
figures and other forms name them. What people read on screen, on paper and in the workbook is the address of a
cell (`A·C4`): letter of the part, letter of the column, number of the row; it is computed, never stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from bureau.charter.models import local

Kind = Literal["number", "decimal", "money", "percent", "text", "choice", "date", "yes_no"]
NUMERIC: frozenset[str] = frozenset({"number", "decimal", "money", "percent"})
MOST_COLUMNS = 12


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    zh: str
    en: str = ""

    def __str__(self) -> str:
        return local(self.zh, self.en)


@dataclass(frozen=True)
class CellSpec:
    """What one cell takes.

    Canonical text of a value, by kind: `number` whole ("12"); `decimal` and `percent` plain decimal ("12.5");
    `money` whole fen ("123456"); `date` ISO; `yes_no` "yes" or "no"; `choice` its code; `text` as typed.
    """

    kind: Kind = "number"
    required: bool = False
    unit: Words | None = None
    least: str = ""
    most: str = ""
    decimals: int = 2
    choices: tuple[tuple[str, Words], ...] = ()
    computed: str = ""  # an expression; the cell is text, not a box
    bound: str = ""  # a register fact that fills it in (schools.returns.bindings)
    writes_back: bool = False  # an accepted figure goes into the register
    change_percent: int | None = None  # more than this against last year is unusual; None: the column's
    is_closed: bool = False  # grey: does not apply


@dataclass(frozen=True)
class Line:
    """One row of a table, or one column. `spec` of a column holds for its cells unless `Table.cells` says more."""

    key: str
    words: Words
    code: str = ""
    level: int = 0  # indentation: "of which"
    is_total: bool = False
    spec: CellSpec | None = None
    stages: tuple[str, ...] = ()  # a row asked of these stages only; all where empty


@dataclass(frozen=True)
class Table:
    key: str
    words: Words
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: Mapping[str, CellSpec] = field(default_factory=dict)  # "row.column" → its own spec
    note: Words | None = None
    type: Literal["table"] = "table"

    def spec(self, row: Line, column: Line) -> CellSpec:
        return self.cells.get(f"{row.key}.{column.key}") or row.spec or column.spec or CellSpec()


@dataclass(frozen=True)
class Question:
    key: str
    words: Words
    spec: CellSpec
    hint: Words | None = None


@dataclass(frozen=True)
class Questions:
    key: str
    words: Words
    items: tuple[Question, ...]
    type: Literal["questions"] = "questions"


@dataclass(frozen=True)
class Rows:
    """As many rows as the school needs, in `Return.rows[key]`; columns are questions."""

    key: str
    words: Words
    columns: tuple[Question, ...]
    least: int = 0
    most: int = 200
    type: Literal["rows"] = "rows"


@dataclass(frozen=True)
class Upload:
    """A place for files; they are attachments of the return with this key."""

    key: str
    words: Words
    required: bool = False
    type: Literal["upload"] = "upload"


Block = Table | Questions | Rows | Upload


@dataclass(frozen=True)
class Part:
    key: str
    words: Words
    blocks: tuple[Block, ...]
    stages: tuple[str, ...] = ()  # asked of these stages only; all where empty


@dataclass(frozen=True)
class Check:
    """`rule` must be true. `cells`: where the message stands; the cells that the rule names where empty."""

    key: str
    rule: str
    severity: Literal["error", "unusual"]
    message: Words
    cells: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One place for one value, with where it stands."""

    key: str
    part: Part
    block: Block
    spec: CellSpec
    label: Words  # row and column, or the question
    address: str  # "A·C4"
    row: Line | None = None
    column: Line | None = None


@dataclass(frozen=True)
class Definition:
    parts: tuple[Part, ...] = ()
    checks: tuple[Check, ...] = ()
    # The whole form of which this is what some schools are asked; addresses are those of the whole.
    whole: Definition | None = field(default=None, repr=False, compare=False)

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """Every cell that is no grey one, by key, in the order of the form."""
        found = {cell.key: cell for part, letter in self._lettered() for cell in _cells_of(part, letter)}
        if self.whole is None:
            return found
        places = self.whole.cells
        return {key: replace(cell, address=places[key].address) for key, cell in found.items()}

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)

    def letter(self, part: Part) -> str:
        """The letter of a part in the whole form."""
        parts = (self.whole or self).parts
        return letter_of(next(place for place, one in enumerate(parts) if one.key == part.key))

    def _lettered(self) -> Iterator[tuple[Part, str]]:
        for place, part in enumerate(self.parts):
            yield part, letter_of(place)

    def for_stages(self, stages: frozenset[str]) -> Definition:
        """What is asked of a school with these stages: parts, rows and checks of others fall away."""
        parts = tuple(_narrowed(part, stages) for part in self.parts if _asked(part.stages, stages))
        checks = tuple(check for check in self.checks if _asked(check.stages, stages))
        return Definition(tuple(part for part in parts if part.blocks), checks, self.whole or self)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Definition:
        """From its JSON document. Raises KeyError, TypeError, ValueError for one that was never written here."""
        return cls(
            tuple(_part(row) for row in document.get("parts", ())),
            tuple(_check(row) for row in document.get("checks", ())),
        )

    def written(self) -> dict[str, Any]:
        """The JSON document; empty values are left out."""
        found: dict[str, Any] = _lean(asdict(replace(self, whole=None)))
        return found


def letter_of(place: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _asked(wanted: tuple[str, ...], stages: frozenset[str]) -> bool:
    return not wanted or not stages.isdisjoint(wanted)


def _narrowed(part: Part, stages: frozenset[str]) -> Part:
    blocks: list[Block] = []
    for block in part.blocks:
        if isinstance(block, Table):
            rows = tuple(row for row in block.rows if _asked(row.stages, stages))
            if rows:
                blocks.append(Table(block.key, block.words, rows, block.columns, block.cells, block.note))
        else:
            blocks.append(block)
    return Part(part.key, part.words, tuple(blocks), part.stages)


def _cells_of(part: Part, letter: str) -> Iterator[Cell]:
    """Row numbers run through the part, so an address is unique in it."""
    line = 0
    for block in part.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                line += 1
                for place, column in enumerate(block.columns):
                    spec = block.spec(row, column)
                    if not spec.is_closed:
                        yield Cell(
                            f"{block.key}.{row.key}.{column.key}",
                            part,
                            block,
                            spec,
                            Words(
                                f"{row.words.zh} · {column.words.zh}",
                                f"{row.words.en or row.words.zh} · {column.words.en or column.words.zh}",
                            ),
                            f"{letter}·{letter_of(place)}{line}",
                            row,
                            column,
                        )
        elif isinstance(block, Questions):
            for item in block.items:
                line += 1
                yield Cell(f"{block.key}.{item.key}", part, block, item.spec, item.words, f"{letter}·A{line}")


def _words(row: Any) -> Words:
    return Words(row.get("zh", ""), row.get("en", ""))


def _maybe_words(row: Any) -> Words | None:
    return _words(row) if row else None


def _spec(row: Mapping[str, Any] | None) -> CellSpec | None:
    if row is None:
        return None
    known = dict(row)
    known["unit"] = _maybe_words(row.get("unit"))
    known["choices"] = tuple((code, _words(words)) for code, words in row.get("choices", ()))
    return CellSpec(**known)


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        row["key"],
        _words(row["words"]),
        row.get("code", ""),
        row.get("level", 0),
        row.get("is_total", False),
        _spec(row.get("spec")),
        tuple(row.get("stages", ())),
    )


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        row["key"],
        _words(row["words"]),
        _spec(row.get("spec", {})) or CellSpec(),
        _maybe_words(row.get("hint")),
    )


def _block(row: Mapping[str, Any]) -> Block:
    key, words = row["key"], _words(row["words"])
    if row["type"] == "table":
        cells = {name: spec for name, value in row.get("cells", {}).items() if (spec := _spec(value))}
        return Table(
            key,
            words,
            tuple(map(_line, row.get("rows", ()))),
            tuple(map(_line, row.get("columns", ()))),
            cells,
            _maybe_words(row.get("note")),
        )
    if row["type"] == "questions":
        return Questions(key, words, tuple(map(_question, row.get("items", ()))))
    if row["type"] == "rows":
        columns = tuple(map(_question, row.get("columns", ())))
        return Rows(key, words, columns, row.get("least", 0), row.get("most", 200))
    if row["type"] == "upload":
        return Upload(key, words, row.get("required", False))
    raise ValueError(f"no kind of block: {row['type']}")


def _part(row: Mapping[str, Any]) -> Part:
    return Part(
        row["key"],
        _words(row["words"]),
        tuple(map(_block, row.get("blocks", ()))),
        tuple(row.get("stages", ())),
    )


def _check(row: Mapping[str, Any]) -> Check:
    return Check(
        row["key"],
        row["rule"],
        row["severity"],
        _words(row["message"]),
        tuple(row.get("cells", ())),
        tuple(row.get("stages", ())),
    )


# Where zero is the default; elsewhere (decimals, percents) it says something.
_ZERO_BY_DEFAULT = ("level", "least")


def _lean(value: Any) -> Any:
    """Without what is empty or the default."""
    if isinstance(value, Mapping):
        kept = {key: _lean(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if not _is_empty(key, item)}
    if isinstance(value, list | tuple):
        return [_lean(item) for item in value]
    return value


def _is_empty(key: str, item: Any) -> bool:
    if item is None or item is False or item in ("", [], {}):
        return True
    return key in _ZERO_BY_DEFAULT and item == 0
