"""From a cell to a value: what people really type, and what spreadsheets do to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
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

Vocabulary = Mapping[str, Any]


class Unclear(Exception):
    """The cell cannot be understood; the sentence says what to do."""


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not tidy(cell))


def tidy(text: str) -> str:
    """Half-width digits and letters, single spaces, nothing invisible; Chinese punctuation stays."""
    if _TIDY.fullmatch(text):
        return text
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
        self._how = (sheet, column, words)
        self._known: dict[str, Row] = {}

    def put(self, row: Row, cell: Any) -> None:
        """As `put`."""
        if not isinstance(cell, str):
            put(row, self._how[0], self._how[1], cell, self._how[2])
            return
        found = self._known.get(cell)
        if found is None:
            found = Row(row.number, {})
            put(found, self._how[0], self._how[1], cell, self._how[2])
            if len(self._known) < MOST_REMEMBERED:
                self._known[cell] = found
        row.values |= found.values
        if found.faults or found.doubts:
            row.faults += found.faults
            row.doubts += found.doubts


def put(row: Row, sheet: Sheet, column: SheetColumn, cell: Any, words: Vocabulary) -> None:
    """Write the cell's value into the row, or say what is wrong with it."""
    if is_blank(cell):
        if column.blank == "clear":
            row.values[column.name] = "" if column.kind in ("text", "code") else None
        return
    try:
        value = parsed(row, column, cell, words)
        row.values[column.name] = _checked(sheet, column, value)
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
    readers = {"code": _code, "integer": _integer, "decimal": _decimal, "money": _money, "yes_no": _yes_no}
    return readers.get(column.kind, _plain)(cell)


def _checked(sheet: Sheet, column: SheetColumn, value: Any) -> Any:
    """What the field itself demands, then what the declaration adds. Raises ValidationError."""
    if column.clean is not None:
        value = column.clean(value)
    field = sheet.field(column)
    longest = column.max_length or getattr(field, "max_length", None) or 0
    if longest and isinstance(value, str) and len(value) > longest:
        raise ValidationError(
            _("This is too long: %(length)s characters, at most %(most)s.")
            % {"length": len(value), "most": longest}
        )
    if field is not None and not field.is_relation and value not in (None, ""):
        field.run_validators(value)
    return value


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
