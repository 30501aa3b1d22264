"""A parsed rule. Frozen: one rule may be kept and evaluated by many threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bureau.expressions.values import Argument, Value


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language."""

    function: str
    arguments: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A function that a room adds; it takes names and literals alone."""

    function: str
    arguments: tuple[Argument, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Sign:
    """`-x` or `not x`."""

    operator: str
    operand: Node
    at: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one rank from left to right: a long sum is wide, not deep."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    at: int


Node = Literal | Name | Call | Asked | Sign | Chain


@dataclass(frozen=True)
class Expression:
    """`text`: as it was written."""

    text: str
    root: Node

    @cached_property
    def names(self) -> frozenset[str]:
        """Names and patterns, without those in the brackets of functions of a room."""
        return frozenset(node.name for node in walk(self.root) if isinstance(node, Name))

    @cached_property
    def calls(self) -> tuple[tuple[str, tuple[Argument, ...]], ...]:
        """Functions of a room with their arguments, in the order of the text."""
        return tuple((node.function, node.arguments) for node in walk(self.root) if isinstance(node, Asked))

    def renamed(self, rename: Callable[[str], str]) -> Expression:
        """The same rule with other names, also in the brackets of functions of a room."""
        return Expression(self.text, _renamed(self.root, rename))


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from walk(child)


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Call():
            return node.arguments
        case Sign():
            return (node.operand,)
        case Chain():
            return (node.first, *(operand for _operator, operand in node.rest))
    return ()


def _renamed(node: Node, rename: Callable[[str], str]) -> Node:
    match node:
        case Name():
            return Name(rename(node.name), node.at)
        case Call():
            return Call(node.function, tuple(_renamed(one, rename) for one in node.arguments), node.at)
        case Asked():
            arguments = tuple(rename(one) if isinstance(one, str) else one for one in node.arguments)
            return Asked(node.function, arguments, node.at)
        case Sign():
            return Sign(node.operator, _renamed(node.operand, rename), node.at)
        case Chain():
            rest = tuple((operator, _renamed(operand, rename)) for operator, operand in node.rest)
            return Chain(_renamed(node.first, rename), rest, node.at)
    return node
