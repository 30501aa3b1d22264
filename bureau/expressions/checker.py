"""Checking a rule against the names that exist, before there is any value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.expressions.errors import ExpressionError
from bureau.expressions.functions import BUILTIN, ORDERING, Builtin
from bureau.expressions.kinds import ANY, DATE, NUMBER, YES_NO, Kind, kind_of
from bureau.expressions.names import is_pattern, matches
from bureau.expressions.tree import Asked, Call, Chain, Expression, Literal, Name, Node, Sign
from bureau.expressions.values import Argument

MOST_CODES_NAMED = 8


@dataclass(frozen=True)
class Function:
    """A function that a room adds. `judge`: the kind of its value; raises ExpressionError for arguments it refuses."""

    judge: Callable[[tuple[Argument, ...]], Kind]


@dataclass(frozen=True)
class Checked:
    """What a rule gives, and all that is wrong with it."""

    kind: Kind
    faults: tuple[ExpressionError, ...]


def check(
    expression: Expression,
    kinds: Mapping[str, Kind],
    functions: Mapping[str, Function] | None = None,
    *,
    gives: Kind = ANY,
) -> Checked:
    """All faults at once: unknown names, wrong kinds and numbers of values, unknown codes of a choice."""
    judge = _Judge(kinds, functions or {})
    kind = judge.kind(expression.root)
    if not kind.fits(gives):
        judge.refuse(
            _("The whole should give %(wanted)s, but gives %(found)s.")
            % {"wanted": gives.label, "found": kind.label},
            0,
        )
    return Checked(kind, tuple(judge.faults))


class _Judge:
    def __init__(self, kinds: Mapping[str, Kind], functions: Mapping[str, Function]) -> None:
        self.kinds, self.functions = kinds, functions
        self.faults: list[ExpressionError] = []

    def refuse(self, sentence: str, at: int) -> Kind:
        self.faults.append(ExpressionError(sentence, at))
        return ANY

    def kind(self, node: Node, *, many: bool = False) -> Kind:
        """The kind of the value; `many`: a list will do."""
        match node:
            case Literal():
                return kind_of(node.value)
            case Name():
                return self._named(node, many)
            case Call():
                return self._called(BUILTIN[node.function], node)
            case Asked():
                return self._asked(node)
            case Sign():
                wanted = YES_NO if node.operator == "not" else NUMBER
                self._want(wanted, node.operand, node.operator)
                return wanted
        return self._chained(node)

    def _named(self, node: Name, many: bool) -> Kind:
        if is_pattern(node.name):
            return self._pattern(node)
        found = self.kinds.get(node.name)
        if found is None:
            return self.refuse(_unknown(node.name, self.kinds), node.at)
        if found.is_list and not many:
            return self.refuse(
                _(
                    "“%(name)s” stands for several rows. Put it into sum(…), avg(…), min(…), max(…) or count(…)."
                )
                % {"name": node.name},
                node.at,
            )
        return replace(found, is_list=False)

    def _pattern(self, node: Name) -> Kind:
        found = {kind for name, kind in self.kinds.items() if matches(node.name, name)}
        if not found:
            return self.refuse(_("No cell fits “%(name)s”.") % {"name": node.name}, node.at)
        bases = {kind.base for kind in found}
        if len(bases) > 1:
            return self.refuse(_("“%(name)s” mixes cells of different kinds.") % {"name": node.name}, node.at)
        return found.pop() if len(found) == 1 else Kind(bases.pop())

    def _asked(self, node: Asked) -> Kind:
        function = self.functions.get(node.function)
        if function is None:
            known = ", ".join(sorted({*BUILTIN, *self.functions}))
            return self.refuse(
                _("There is no function “%(name)s”. There are: %(known)s.")
                % {"name": node.function, "known": known},
                node.at,
            )
        try:
            return function.judge(node.arguments)
        except ExpressionError as error:
            return self.refuse(error.reason, node.at)

    def _called(self, function: Builtin, node: Call) -> Kind:
        if sentence := _wrong_number(function, len(node.arguments)):
            return self.refuse(sentence, node.at)
        found = [self.kind(one, many=function.many) for one in node.arguments]
        for place, (kind, one) in enumerate(zip(found, node.arguments, strict=True)):
            if not kind.fits(function.kind(place)):
                self._mismatch(function.name, function.kind(place), kind, one.at)
        if function.alike is None:
            return function.result or ANY
        kinds, nodes = found[function.alike :], node.arguments[function.alike :]
        if function.name in ORDERING and not self._ordered(function.name, kinds, nodes):
            return function.result or ANY
        common = self._alike(function.name, kinds, nodes)
        return function.result or common

    def _alike(self, name: str, kinds: Sequence[Kind], nodes: Sequence[Node]) -> Kind:
        first = next((kind for kind in kinds if kind.base != "any"), ANY)
        coded = next((kind for kind in kinds if kind.codes is not None), first)
        for kind, node in zip(kinds, nodes, strict=True):
            if not kind.fits(first):
                self._mismatch(name, first, kind, node.at)
            self._code(coded, node)
        return first

    def _mismatch(self, name: str, wanted: Kind, found: Kind, at: int) -> Kind:
        return self.refuse(
            _("“%(name)s” wants %(wanted)s here, but this is %(found)s.")
            % {"name": name, "wanted": wanted.label, "found": found.label},
            at,
        )

    def _want(self, wanted: Kind, node: Node, name: str) -> None:
        found = self.kind(node)
        if not found.fits(wanted):
            self._mismatch(name, wanted, found, node.at)

    def _code(self, kind: Kind, node: Node) -> None:
        if kind.codes is None or not isinstance(node, Literal) or node.value in kind.codes:
            return
        if isinstance(node.value, str):
            codes = ", ".join(sorted(kind.codes)[:MOST_CODES_NAMED])
            self.refuse(
                _("The choice has no code “%(code)s”. It has: %(codes)s.")
                % {"code": node.value, "codes": codes},
                node.at,
            )

    def _ordered(self, name: str, kinds: Sequence[Kind], nodes: Sequence[Node]) -> bool:
        """Whether all can be put in an order; the first that cannot is refused."""
        for kind, node in zip(kinds, nodes, strict=True):
            if kind.base not in ("number", "date", "any"):
                self.refuse(
                    _("“%(name)s” works with numbers and dates, but this is %(found)s.")
                    % {"name": name, "found": kind.label},
                    node.at,
                )
                return False
        return True

    def _chained(self, node: Chain) -> Kind:
        operator, right = node.rest[0]
        if operator in ("and", "or"):
            for one in (node.first, *(operand for _sign, operand in node.rest)):
                self._want(YES_NO, one, operator)
            return YES_NO
        if operator in ("=", "<>", "<", "<=", ">", ">="):
            pair = (node.first, right)
            kinds = [self.kind(one) for one in pair]
            if operator in ("=", "<>") or self._ordered(operator, kinds, pair):
                self._alike(operator, kinds, pair)
            return YES_NO
        return self._arithmetic(node)

    def _arithmetic(self, node: Chain) -> Kind:
        found = self.kind(node.first)
        for operator, operand in node.rest:
            right = self.kind(operand)
            if found == DATE and operator in ("+", "-"):
                if operator == "-" and right == DATE:
                    found = NUMBER
                elif not right.fits(NUMBER):
                    self._mismatch(operator, NUMBER, right, operand.at)
                continue
            for kind, at in ((found, node.first.at), (right, operand.at)):
                if not kind.fits(NUMBER):
                    self._mismatch(operator, NUMBER, kind, at)
            found = NUMBER
        return found


def _wrong_number(function: Builtin, found: int) -> str:
    if found < function.least:
        return ngettext(
            "“%(name)s” needs at least %(least)s value in its brackets.",
            "“%(name)s” needs at least %(least)s values in its brackets.",
            function.least,
        ) % {"name": function.name, "least": function.least}
    if function.most is not None and found > function.most:
        return ngettext(
            "“%(name)s” takes at most %(most)s value in its brackets.",
            "“%(name)s” takes at most %(most)s values in its brackets.",
            function.most,
        ) % {"name": function.name, "most": function.most}
    return ""


def _unknown(name: str, kinds: Mapping[str, Kind]) -> str:
    """With the nearest name, where one differs by its last part or in capitals alone."""
    last = name.rpartition(".")[2]
    near = next((one for one in kinds if one.lower() == name.lower()), None) or next(
        (one for one in kinds if one.rpartition(".")[2] == last), None
    )
    if near is None:
        return _("There is no cell “%(name)s”.") % {"name": name}
    return _("There is no cell “%(name)s”. Did you mean “%(near)s”?") % {"name": name, "near": near}
