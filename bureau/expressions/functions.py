"""The functions of the language: how many values they take, of which kinds, what they give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bureau.expressions.comparing import compared, same
from bureau.expressions.kinds import ANY, DATE, NUMBER, TEXT, YES_NO, Kind
from bureau.expressions.values import MISSING, NUMBERS, Missing, Value, number

Values = Sequence[Value | Missing]
MOST_DIGITS = 20


@dataclass(frozen=True)
class Builtin:
    """`kinds`: of the values in order, the last one for all that follow. `result`: None means that of the values.

    `many`: takes names with * and lists. `alike`: from this place on all values are of one kind.
    """

    name: str
    run: Callable[[Values], Value | Missing]
    least: int
    most: int | None
    kinds: tuple[Kind, ...]
    result: Kind | None
    many: bool = False
    alike: int | None = None

    def kind(self, place: int) -> Kind:
        return self.kinds[min(place, len(self.kinds) - 1)]


def _present(values: Values) -> list[Value]:
    return [value for value in values if not isinstance(value, Missing)]


def _numbers(values: Values) -> list[Decimal] | None:
    """The numbers without what is missing; None where something else is among them."""
    found = [value for value in _present(values) if isinstance(value, Decimal)]
    return found if len(found) == len(_present(values)) else None


def _sum(values: Values) -> Value | Missing:
    found = _numbers(values)
    if not found:
        return MISSING
    total = Decimal(0)
    for value in found:
        total = NUMBERS.add(total, value)
    return number(total)


def _avg(values: Values) -> Value | Missing:
    total, found = _sum(values), _present(values)
    return number(NUMBERS.divide(total, Decimal(len(found)))) if isinstance(total, Decimal) else MISSING


def _extreme(sign: str) -> Callable[[Values], Value | Missing]:
    def run(values: Values) -> Value | Missing:
        best: Value | Missing = MISSING
        for value in _present(values):
            if isinstance(best, Missing):
                best = value
                continue
            is_better = compared(sign, value, best)
            if isinstance(is_better, Missing):
                return MISSING  # texts, or a date among numbers
            best = value if is_better else best
        return best if isinstance(best, Decimal) or type(best) is date else MISSING

    return run


def _count(values: Values) -> Value | Missing:
    return Decimal(len(_present(values)))


def _count_of(values: Values) -> Value | Missing:
    *cells, wanted = values
    if isinstance(wanted, Missing):
        return MISSING
    return Decimal(sum(same(value, wanted) is True for value in _present(cells)))


def _filled(values: Values) -> Value | Missing:
    return bool(values) and len(_present(values)) == len(values)


def _missing(values: Values) -> Value | Missing:
    return not _filled(values)


def _coalesce(values: Values) -> Value | Missing:
    return next(iter(_present(values)), MISSING)


def _if(values: Values) -> Value | Missing:
    condition, yes, no = values
    return (yes if condition else no) if isinstance(condition, bool) else MISSING


def _in_list(values: Values) -> Value | Missing:
    value, *wanted = values
    if isinstance(value, Missing):
        return MISSING
    found = [same(value, one) for one in wanted]
    if True in found:
        return True
    return MISSING if any(isinstance(one, Missing) for one in found) else False


def _between(values: Values) -> Value | Missing:
    value, least, most = values
    above, below = compared(">=", value, least), compared("<=", value, most)
    if above is False or below is False:
        return False
    return MISSING if isinstance(above, Missing) or isinstance(below, Missing) else True


def _abs(values: Values) -> Value | Missing:
    return abs(values[0]) if isinstance(values[0], Decimal) else MISSING


def _round(values: Values) -> Value | Missing:
    """Half away from zero, as offices round; to tens where the digits are below zero."""
    value, digits = values[0], values[1] if len(values) > 1 else Decimal(0)
    if not isinstance(value, Decimal) or not isinstance(digits, Decimal):
        return MISSING
    if digits != digits.to_integral_value() or abs(digits) > MOST_DIGITS:
        return MISSING
    return number(NUMBERS.quantize(value, Decimal(1).scaleb(-int(digits))))


def _len(values: Values) -> Value | Missing:
    return Decimal(len(values[0])) if isinstance(values[0], str) else MISSING


def _contains(values: Values) -> Value | Missing:
    text, part = values
    return part in text if isinstance(text, str) and isinstance(part, str) else MISSING


def _starts_with(values: Values) -> Value | Missing:
    text, part = values
    return text.startswith(part) if isinstance(text, str) and isinstance(part, str) else MISSING


def _date(values: Values) -> Value | Missing:
    text = values[0]
    try:
        return date.fromisoformat(text) if isinstance(text, str) else MISSING
    except ValueError:
        return MISSING


def _part_of_date(part: str) -> Callable[[Values], Value | Missing]:
    def run(values: Values) -> Value | Missing:
        return Decimal(getattr(values[0], part)) if isinstance(values[0], date) else MISSING

    return run


def _age(values: Values) -> Value | Missing:
    """Whole years from the first day to the second; below zero where the second comes first."""
    since, on = values
    if not isinstance(since, date) or not isinstance(on, date):
        return MISSING
    return Decimal(on.year - since.year - ((on.month, on.day) < (since.month, since.day)))


_LIST = (
    Builtin("sum", _sum, 1, None, (NUMBER,), NUMBER, many=True),
    Builtin("avg", _avg, 1, None, (NUMBER,), NUMBER, many=True),
    Builtin("min", _extreme("<"), 1, None, (ANY,), None, many=True, alike=0),
    Builtin("max", _extreme(">"), 1, None, (ANY,), None, many=True, alike=0),
    Builtin("count", _count, 1, None, (ANY,), NUMBER, many=True),
    Builtin("count_of", _count_of, 2, None, (ANY,), NUMBER, many=True, alike=0),
    Builtin("filled", _filled, 1, None, (ANY,), YES_NO, many=True),
    Builtin("missing", _missing, 1, None, (ANY,), YES_NO, many=True),
    Builtin("coalesce", _coalesce, 2, None, (ANY,), None, alike=0),
    Builtin("if", _if, 3, 3, (YES_NO, ANY, ANY), None, alike=1),
    Builtin("in_list", _in_list, 2, None, (ANY,), YES_NO, alike=0),
    Builtin("between", _between, 3, 3, (ANY,), YES_NO, alike=0),
    Builtin("abs", _abs, 1, 1, (NUMBER,), NUMBER),
    Builtin("round", _round, 1, 2, (NUMBER,), NUMBER),
    Builtin("len", _len, 1, 1, (TEXT,), NUMBER),
    Builtin("contains", _contains, 2, 2, (TEXT,), YES_NO),
    Builtin("starts_with", _starts_with, 2, 2, (TEXT,), YES_NO),
    Builtin("date", _date, 1, 1, (TEXT,), DATE),
    Builtin("year", _part_of_date("year"), 1, 1, (DATE,), NUMBER),
    Builtin("month", _part_of_date("month"), 1, 1, (DATE,), NUMBER),
    Builtin("day", _part_of_date("day"), 1, 1, (DATE,), NUMBER),
    Builtin("age", _age, 2, 2, (DATE,), NUMBER),
)
BUILTIN = {one.name: one for one in _LIST}
AGGREGATE = frozenset(one.name for one in _LIST if one.many)
# Those that put values in an order: numbers and dates alone.
ORDERING = frozenset({"min", "max", "between"})
