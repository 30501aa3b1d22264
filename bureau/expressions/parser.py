"""From text to tree, by precedence climbing. No part of the text is ever run."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from bureau.expressions.errors import ExpressionError
from bureau.expressions.functions import AGGREGATE, BUILTIN
from bureau.expressions.names import is_pattern
from bureau.expressions.tokens import Token, number_of, tokens
from bureau.expressions.tree import Asked, Call, Chain, Expression, Literal, Name, Node, Sign, children
from bureau.expressions.values import Argument

DEEPEST = 20  # brackets in brackets; the tree is some six times as deep
MOST_ARGUMENTS = 100

_RANKS = {
    "or": 1,
    "and": 2,
    "=": 4,
    "<>": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "^": 8,
}
_NOT, _COMPARISON, _MINUS, _POWER = 3, 4, 7, 8
_WORDS: dict[str, bool] = {"yes": True, "no": False, "true": True, "false": False}


def parse(text: str) -> Expression:
    """The rule as a tree. Raises ExpressionError with a sentence and the place."""
    root = _Parser(text).whole()
    if _is_many(root):
        raise ExpressionError(_lone(), root.at)
    _refuse_lone_patterns(root)
    return Expression(text, root)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._place = 0
        self._depth = 0

    @property
    def _now(self) -> Token:
        return self._tokens[self._place]

    def _taken(self) -> Token:
        token = self._now
        self._place += token.type != "end"
        return token

    def _is(self, sign: str) -> bool:
        return self._now.type == "sign" and self._now.text == sign

    def whole(self) -> Node:
        found = self._expression(0)
        if self._now.type != "end":
            raise ExpressionError(_left_over(self._now), self._now.at)
        return found

    def _expression(self, least: int) -> Node:
        """Everything whose operators bind more closely than `least`."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(_("There are too many brackets in one another."), self._now.at)
        found = self._first()
        while (rank := self._rank()) > least:
            found = self._chain(found, rank)
        self._depth -= 1
        return found

    def _rank(self) -> int:
        return _RANKS.get(self._now.text, 0) if self._now.type == "sign" else 0

    def _chain(self, first: Node, rank: int) -> Node:
        at, rest = self._now.at, []
        while self._rank() == rank:
            operator = self._taken().text
            # Powers lean to the right and take a sign: 2 ^ 3 ^ 2, 10 ^ -2.
            rest.append((operator, self._expression(_MINUS - 1 if rank == _POWER else rank)))
            if rank == _COMPARISON and self._rank() == rank:
                raise ExpressionError(
                    _("Compare two things at a time: between(x, 1, 5), or x >= 1 and x <= 5."), self._now.at
                )
        return Chain(first, tuple(rest), at)

    def _first(self) -> Node:
        token = self._taken()
        if token.type == "number":
            return Literal(number_of(token), token.at)
        if token.type == "text":
            return Literal(token.text, token.at)
        if token.type == "name":
            return self._named(token)
        match token.text:
            case "(":
                inner = self._expression(0)
                self._close(token)
                return inner
            case "-":
                return Sign("-", self._expression(_MINUS - 1), token.at)
            case "+":
                return self._expression(_MINUS - 1)
            case "not":
                return Sign("not", self._expression(_NOT - 1), token.at)
        raise ExpressionError(_no_value(token), token.at)

    def _close(self, opened: Token) -> None:
        if not self._is(")"):
            if self._now.type == "end":
                raise ExpressionError(_("The bracket that opens here is never closed."), opened.at)
            raise ExpressionError(_left_over(self._now), self._now.at)
        self._taken()

    def _named(self, token: Token) -> Node:
        if self._is("("):
            return self._function(token)
        if token.text.lower() in _WORDS:
            return Literal(_WORDS[token.text.lower()], token.at)
        return Name(token.text, token.at)

    def _function(self, token: Token) -> Node:
        name = token.text.lower()
        opened, arguments = self._taken(), []
        while not self._is(")"):
            arguments.append(self._expression(0))
            if len(arguments) > MOST_ARGUMENTS:
                raise ExpressionError(_("There are too many values between these brackets."), opened.at)
            if not self._is(","):
                break
            self._taken()
            if self._is(")"):
                raise ExpressionError(_no_value(self._now), self._now.at)
        self._close(opened)
        if name in BUILTIN:
            return Call(name, tuple(arguments), token.at)
        return Asked(name, tuple(_plain(one) for one in arguments), token.at)


def _plain(node: Node) -> Argument:
    """An argument of a function that a room adds: a name, or something written out."""
    match node:
        case Literal():
            return node.value
        case Name():
            return node.name
        case Sign("-", Literal(value=Decimal() as value)):
            return -value
    raise ExpressionError(
        _(
            "Between these brackets stands the name of a cell or a text in quotation marks, and nothing computed."
        ),
        node.at,
    )


def _refuse_lone_patterns(node: Node) -> None:
    """`*` names many values: only a function that takes many can do something with them."""
    takes_many = isinstance(node, Call) and node.function in AGGREGATE
    for child in children(node):
        if not takes_many and _is_many(child):
            raise ExpressionError(_lone(), child.at)
        _refuse_lone_patterns(child)


def _lone() -> str:
    return _("A name with * means many cells. Put it into sum(…), avg(…), min(…), max(…) or count(…).")


def _is_many(node: Node) -> bool:
    if isinstance(node, Asked):
        return any(isinstance(one, str) and is_pattern(one) for one in node.arguments)
    return isinstance(node, Name) and is_pattern(node.name)


def _left_over(token: Token) -> str:
    if token.type == "end":
        return _("The rule ends too early.")
    if token.text == ")":
        return _("This closing bracket was never opened.")
    if token.text == ",":
        return _("A comma stands between the values in brackets only. Write large numbers without commas.")
    return _("Before “%(found)s” an operator is missing, such as +, <= or and.") % {"found": token.text}


def _no_value(token: Token) -> str:
    if token.type == "end":
        return _("Something should follow here: a cell, a number, or a text in quotation marks.")
    return _("Instead of “%(found)s” a cell, a number, or a text in quotation marks should stand here.") % {
        "found": token.text
    }
