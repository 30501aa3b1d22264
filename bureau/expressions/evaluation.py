"""What a rule gives in a world. Whatever the values are, it answers; it never raises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from bureau.expressions.comparing import compared
from bureau.expressions.functions import AGGREGATE, BUILTIN
from bureau.expressions.tree import Asked, Call, Chain, Expression, Literal, Name, Node, Sign
from bureau.expressions.values import MISSING, NUMBERS, Missing, Value, World, number

HIGHEST_POWER = 20
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})

Result = Value | Missing


def evaluate(expression: Expression, world: World) -> Result:
    """The value, or MISSING where something that it needs is missing or cannot be computed with."""
    return _value(expression.root, world)


def _value(node: Node, world: World) -> Result:
    match node:
        case Literal():
            return node.value
        case Name():
            return world.value(node.name)
        case Call():
            return _called(node, world)
        case Asked():
            found = world.call(node.function, node.arguments)
            return found if isinstance(found, Value | Missing) else MISSING
        case Sign():
            return _signed(node.operator, _value(node.operand, world))
    return _chained(node, world)


def _called(node: Call, world: World) -> Result:
    function = BUILTIN[node.function]
    if len(node.arguments) < function.least or len(node.arguments) > (function.most or len(node.arguments)):
        return MISSING  # refused by the check; a rule that was never checked gives nothing
    if node.function not in AGGREGATE:
        return function.run([_value(one, world) for one in node.arguments])
    return function.run([value for one in node.arguments for value in _several(one, world)])


def _several(node: Node, world: World) -> Sequence[Result]:
    """The values of one argument of a function that takes many."""
    if isinstance(node, Name):
        return world.values(node.name)
    if isinstance(node, Asked):
        found = world.call(node.function, node.arguments)
        return [found] if isinstance(found, Value | Missing) else found
    return [_value(node, world)]


def _signed(operator: str, value: Result) -> Result:
    if operator == "not":
        return not value if isinstance(value, bool) else MISSING
    return number(NUMBERS.minus(value)) if isinstance(value, Decimal) else MISSING


def _chained(node: Chain, world: World) -> Result:
    operator = node.rest[0][0]
    if operator in ("and", "or"):
        return _joined(operator == "or", [node.first, *(one for _operator, one in node.rest)], world)
    found = _value(node.first, world)
    for operator, operand in node.rest:
        right = _value(operand, world)
        if operator in _COMPARISONS:
            return compared(operator, found, right)
        found = _computed(operator, found, right)
    return found


def _joined(decisive: bool, nodes: list[Node], world: World) -> Result:
    """`and`, `or`: one decisive value settles it, whatever is missing beside it."""
    values = [_value(node, world) for node in nodes]
    if any(value is decisive for value in values):
        return decisive
    return (not decisive) if all(isinstance(value, bool) for value in values) else MISSING


def _computed(operator: str, left: Result, right: Result) -> Result:
    if isinstance(left, date):
        return _on_day(operator, left, right)
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return MISSING
    match operator:
        case "+":
            return number(NUMBERS.add(left, right))
        case "-":
            return number(NUMBERS.subtract(left, right))
        case "*":
            return number(NUMBERS.multiply(left, right))
        case "/":
            return number(NUMBERS.divide(left, right)) if right else MISSING
    return _power(left, right)


def _power(base: Decimal, exponent: Decimal) -> Result:
    """Whole exponents within bounds; what has no value (0 ^ 0, 0 ^ -1) is missing."""
    if abs(exponent) > HIGHEST_POWER or exponent != exponent.to_integral_value():
        return MISSING
    return number(NUMBERS.power(base, exponent))


def _on_day(operator: str, day: date, right: Result) -> Result:
    """Day − day = days; day ± days = day."""
    if operator == "-" and isinstance(right, date):
        return Decimal((day - right).days)
    if operator not in "+-" or not isinstance(right, Decimal) or right != right.to_integral_value():
        return MISSING
    try:
        return day + timedelta(days=int(right) if operator == "+" else -int(right))
    except OverflowError:
        return MISSING
