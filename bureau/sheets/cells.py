"""From a cell to a value: what people really type, and what spreadsheets do to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _

from bureau import money
from bureau.identifiers.text import compact, normalise_digits
from bureau.sheets.declare import Choice, Sheet, SheetColumn
from bureau.sheets.rows import Row

# Beyond fifteen digits a spreadsheet stores a number no longer exactly (IEEE 754).
EXACT = 10**15
DAMAGED = re.compile(r"\d(\.\d+)?[Ee]\+?\d{1,3}")
# Excel counts days from here; outside this range a number is no day of a living person.
DAY_ZERO = date(1899, 12, 30)
FIRST_DAY, LAST_DAY = 3_000, 80_000
_SPACES = re.compile(r"[\s\u3000]+")
_WIDE = (
    {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    | {0x3000: 0x20}
    | dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFEFF))
    | {code: None for code in range(0x20) if code not in (9, 10, 13)}
)
_FULL_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
# Neither wide signs nor spaces nor anything invisible: most cells of a roster.
_TIDY = re.compile(r"[0-9A-Za-z\u4e00-\u9fff.\-/]*")
# Different texts of a column whose meaning is remembered while a file is read.
MOST_REMEMBERED = 5_000
_YES = frozenset({"是", "有", "对", "√", "y", "yes", "true", "1"})
_NO = frozenset({"否", "无", "没有", "×", "x", "n", "no", "false", "0"})

# Understood as an empty cell.
ABSENT = object()

Vocabulary = Mapping[str, Any]


class Unclear(Exception):
    """The cell cannot be understood; the sentence says what to do."""


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell[:1].isalnum() and not tidy(cell))


def tidy(text: str) -> str:
    """Half-width digits and letters, single spaces, nothing invisible; Chinese punctuation stays."""
    inner = text.strip()
    if _TIDY.fullmatch(inner):
        return inner
    return _SPACES.sub(" ", text.translate(_WIDE)).strip()


def shown(cell: Any) -> str:
    """A cell as a person reads it."""
    if isinstance(cell, dict):
        return str(cell.get("d") or cell.get("t") or "")
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    return "" if cell is None else str(cell)


class Reader:
    """One column of one file. Subjects, schools and days repeat: a text understood once is not read again."""

    def __init__(self, sheet: Sheet, column: SheetColumn, words: Vocabulary) -> None:
        self.name = column.name
        self._column, self._words, self._demands = column, words, Demands.of(sheet, column)
        # Text → value, for who looks a cell up before asking; never holds what is not a text.
        self.known: dict[Any, Any] = {"": ABSENT} if column.blank == "keep" else {}
        self._remarks: dict[str, Row] = {}  # texts that were refused or wondered at

    def put(self, row: Row, cell: Any) -> None:
        """As `put`."""
        if type(cell) is not str or not self._is_read(row.number, cell):
            _put(row, self._column, cell, self._words, self._demands)
            return
        found = self._remarks.get(cell)
        if found is not None:
            row.faults += found.faults
            row.doubts += found.doubts
        value = self.known[cell] if found is None else found.values.get(self.name, ABSENT)
        if value is not ABSENT:
            row.values[self.name] = value

    def _is_read(self, number: int, cell: str) -> bool:
        """Whether the text is among those whose meaning is kept; it is taken up while there is room."""
        if cell in self.known or cell in self._remarks:
            return True
        if len(self.known) + len(self._remarks) >= MOST_REMEMBERED:
            return False
        found = Row(number, {})
        _put(found, self._column, cell, self._words, self._demands)
        if found.faults or found.doubts:
            self._remarks[cell] = found
        else:
            self.known[cell] = found.values.get(self.name, ABSENT)
        return True


@dataclass(frozen=True)
class Demands:
    """What a column's values must fulfil: looked up once for a file."""

    clean: Callable[[Any], Any] | None
    longest: int
    run: Callable[[Any], None] | None

    @classmethod
    def of(cls, sheet: Sheet, column: SheetColumn) -> Demands:
        field = sheet.field(column)
        longest = column.max_length or getattr(field, "max_length", None) or 0
        if field is None or field.is_relation:
            return cls(column.clean, longest, None)
        # The length is asked for here, with a sentence that names both numbers.
        others = [one for one in field.validators if not isinstance(one, MaxLengthValidator)]
        return cls(column.clean, longest, field.run_validators if others else None)

    def met(self, value: Any) -> Any:
        """What the field itself demands, and what the declaration adds. Raises ValidationError."""
        if self.clean is not None:
            value = self.clean(value)
        if self.longest and isinstance(value, str) and len(value) > self.longest:
            raise ValidationError(
                _("This is too long: %(length)s characters, at most %(most)s.")
                % {"length": len(value), "most": self.longest}
            )
        if self.run is not None and value is not None and value != "":
            self.run(value)
        return value


def put(row: Row, sheet: Sheet, column: SheetColumn, cell: Any, words: Vocabulary) -> None:
    """Write the cell's value into the row, or say what is wrong with it."""
    _put(row, column, cell, words, Demands.of(sheet, column))


def _put(row: Row, column: SheetColumn, cell: Any, words: Vocabulary, demands: Demands) -> None:
    if is_blank(cell):
        if column.blank == "clear":
            row.values[column.name] = "" if column.kind in ("text", "code") else None
        return
    try:
        row.values[column.name] = demands.met(parsed(row, column, cell, words))
    except Unclear as unclear:
        row.fault(str(unclear), column.name)
    except ValidationError as error:
        row.fault(" ".join(error.messages), column.name)


def parsed(row: Row, column: SheetColumn, cell: Any, words: Vocabulary) -> Any:
    """Raises Unclear."""
    if isinstance(cell, dict) and "f" in cell:
        raise Unclear(_("There is a formula without a result here. Replace it by its value."))
    if column.kind == "choice":
        return _choice(cell, words)
    if column.kind == "date":
        return _date(row, column, cell)
    read = _READERS.get(column.kind)
    return read(cell) if read is not None else _plain(cell)


def vocabulary(choices: list[Choice]) -> dict[str, Any]:
    """Every way to write an entry → its value; what two entries share means neither."""
    found: dict[str, Any] = {}
    unclear = set()
    for choice in choices:
        for label in {_key(label) for label in choice.labels}:
            if label in found and found[label] != choice.value:
                unclear.add(label)
            found[label] = choice.value
    return {label: value for label, value in found.items() if label not in unclear}


def _key(text: str) -> str:
    return compact(tidy(text)).replace("–", "-")


def _choice(cell: Any, words: Vocabulary) -> Any:
    key = _key(shown(cell))
    if key in words:
        return words[key]
    code = key.split("-")[0]
    if code != key and code in words:
        return words[code]
    raise Unclear(
        _("“%(text)s” is not in the list of this column. Choose an entry of the list.")
        % {"text": shown(cell)[:40]}
    )


def _plain(cell: Any) -> str:
    if type(cell) is str:
        return tidy(cell)
    text = tidy(shown(cell))
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= EXACT:
        raise Unclear(_damaged())
    return text


def _code(cell: Any) -> str:
    """Always text. What the spreadsheet has turned into a long number cannot be brought back."""
    text = compact(_plain(cell))
    if DAMAGED.fullmatch(text):
        raise Unclear(_damaged())
    return text


def _damaged() -> str:
    return _(
        "The spreadsheet has turned this into a rounded number, and the last digits are lost. "
        "Format the column as text and type it again."
    )


def _number(cell: Any) -> Decimal:
    if isinstance(cell, bool):
        raise Unclear(_("This is not a number. Write digits only."))
    text = normalise_digits(shown(cell)).replace(",", "").replace(" ", "").lstrip("¥￥").removesuffix("元")
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise Unclear(
            _("“%(text)s” is not a number. Write digits only.") % {"text": shown(cell)[:40]}
        ) from None
    if not found.is_finite() or abs(found) >= EXACT:
        raise Unclear(_("This number is far too large."))
    return found


def _integer(cell: Any) -> int:
    found = _number(cell)
    if found != found.to_integral_value():
        raise Unclear(_("This is not a whole number."))
    return int(found)


def _decimal(cell: Any) -> Decimal:
    return _number(cell)


def _money(cell: Any) -> int:
    """Yuan in the sheet, fen as the value: the same rule as on every form."""
    try:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return money.of_number(cell)
        return money.parse(shown(cell))
    except ValidationError as error:
        raise Unclear(" ".join(error.messages)) from error


def _yes_no(cell: Any) -> bool:
    word = cell if isinstance(cell, bool) else normalise_digits(shown(cell)).casefold()
    if word is True or word in _YES:
        return True
    if word is False or word in _NO:
        return False
    raise Unclear(_("Write yes or no."))


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "code": _code,
    "integer": _integer,
    "decimal": _decimal,
    "money": _money,
    "yes_no": _yes_no,
}


def _date(row: Row, column: SheetColumn, cell: Any) -> date:
    if isinstance(cell, dict):
        return datetime.fromisoformat(cell.get("d") or cell["t"]).date()
    if isinstance(cell, int | float) and not isinstance(cell, bool) and FIRST_DAY <= cell <= LAST_DAY:
        return DAY_ZERO + timedelta(days=int(cell))
    if isinstance(cell, float) and not cell.is_integer():
        # 2020.1 may have been 2020.10: the spreadsheet has eaten a zero.
        raise Unclear(_no_day())
    text = normalise_digits(shown(cell))
    match = _FULL_DAY.fullmatch(text) or _EIGHT.fullmatch(text)
    if match is not None:
        return _day(*match.groups())
    month = _MONTH.fullmatch(text)
    if month is None:
        raise Unclear(_no_day())
    found = _day(month[1], month[2], "1")
    row.doubt(_("There is no day here; the first of the month is taken."), column.name)
    return found


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Unclear(_("There is no such day in the calendar.")) from None


def _no_day() -> str:
    return _("This is not a date. Write it like 2026-09-01.")
