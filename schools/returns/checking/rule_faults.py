"""What is wrong with the rules of a form: computed cells, checks, the figures in their messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.expressions import (
    ANY,
    YES_NO,
    Argument,
    ExpressionError,
    Function,
    check,
    is_pattern,
    parse,
)
from bureau.expressions import Kind as RuleKind
from schools.choices import Stage
from schools.returns import bindings
from schools.returns.checking.plan import Plan, own_rule, plan_of
from schools.returns.checking.relations import IN_WORDS
from schools.returns.checking.values import rule_kind
from schools.returns.choices import Severity, VersionStatus
from schools.returns.definition import Cell, CellSpec, Check, Definition
from schools.returns.models import FormVersion

Functions = Mapping[str, Function]
CIRCLE = gettext_lazy("These cells are worked out from one another in a circle. Break it at one of them.")


@dataclass(frozen=True)
class Fault:
    """`where`: address, name of the part, key of the check; "" for the whole form."""

    where: str
    sentence: str


def of_rules(definition: Definition) -> Iterator[Fault]:
    plan = plan_of(definition)
    told: set[int] = set()  # a rule of a whole row or column: told once, at its first wrong cell
    for cell in plan.cells.values():
        if cell.spec.computed and id(cell.spec) not in told:
            found = list(_of_computed(plan, cell))
            told.update([id(cell.spec)] if found else [])
            yield from found
    if plan.circle:
        names = " → ".join(plan.cells[key].address for key in (*plan.circle, plan.circle[0]))
        yield Fault(names, str(CIRCLE))
    for key, count in Counter(one.key for one in definition.checks).items():
        if count > 1:
            yield Fault(_check_named(key), _("The key “%(key)s” is there twice.") % {"key": key})
    functions = functions_of(plan)
    for one in definition.checks:
        yield from _of_check(plan, one, functions)


def rule_faults(definition: Definition, rule: str, *, gives: RuleKind = YES_NO) -> list[ExpressionError]:
    """What is wrong with one rule beside this form: for the page on which somebody writes it."""
    plan = plan_of(definition)
    try:
        expression = parse(rule)
    except ExpressionError as error:
        return [error]
    return list(check(expression, plan.kinds, functions_of(plan), gives=gives).faults)


def computed_faults(definition: Definition, cells: Iterable[Cell]) -> list[str]:
    """What is wrong with the rules by which these cells are worked out: sentences, each once."""
    plan, found = plan_of(definition), []
    for cell in cells:
        found += [fault.sentence for fault in _of_computed(plan, cell)]
        if cell.key in plan.circle:
            found.append(_circle(plan))
    return list(dict.fromkeys(found))


def _circle(plan: Plan) -> str:
    names = " → ".join(plan.cells[key].address for key in (*plan.circle, plan.circle[0]))
    return f"{names}: {CIRCLE}"


def _of_computed(plan: Plan, cell: Cell) -> Iterator[Fault]:
    where = f"{cell.address} {cell.label}"
    try:
        rule = own_rule(cell, parse(cell.spec.computed))
    except ExpressionError as error:
        yield Fault(where, error.sentence)
        return
    if rule.calls:
        yield Fault(
            where,
            _("A cell is worked out from cells of this form alone; “%(name)s” belongs into a check.")
            % {"name": rule.calls[0][0]},
        )
        return
    for fault in check(rule, plan.kinds, gives=rule_kind(cell.spec)).faults:
        yield Fault(where, fault.sentence)


def _of_check(plan: Plan, one: Check, functions: Functions) -> Iterator[Fault]:
    where = _check_named(one.key)
    if not one.key:
        yield Fault(where, _("The check has no key."))
    if one.severity not in Severity.values:
        yield Fault(where, _("A check is either an error or unusual."))
    if not one.message.zh.strip():
        yield Fault(where, _("The check has no Chinese message."))
    for stage in one.stages:
        if stage not in Stage.values:
            yield Fault(where, _("There is no stage “%(stage)s”.") % {"stage": stage})
    for name in one.cells:
        if not (plan.keys(name) if is_pattern(name) else name in plan.cells):
            yield Fault(where, _("There is no cell “%(name)s”.") % {"name": name})
    yield from _of_rule(plan, where, one.rule, functions, YES_NO)
    for words in (one.message.zh, one.message.en):
        for inner in IN_WORDS.findall(words):
            yield from _of_rule(plan, where, inner, functions, ANY)


def _of_rule(plan: Plan, where: str, rule: str, functions: Functions, gives: RuleKind) -> Iterator[Fault]:
    try:
        expression = parse(rule)
    except ExpressionError as error:
        yield Fault(where, error.sentence)
        return
    for fault in check(expression, plan.kinds, functions, gives=gives).faults:
        yield Fault(where, fault.sentence)


def _check_named(key: str) -> str:
    return _("check “%(key)s”") % {"key": key}


# --- the functions of this room -----------------------------------------------------------------


def functions_of(plan: Plan) -> Functions:
    """`last`, `register`, `form`, `stage`, with what they may be asked here."""
    forms = _Forms()
    return {
        "last": Function(lambda given: _last(plan, given)),
        "register": Function(_register),
        "form": Function(forms.judge),
        "stage": Function(_stage),
    }


def _texts(given: tuple[Argument, ...], count: int, sentence: str) -> tuple[str, ...]:
    texts = tuple(one for one in given if isinstance(one, str))
    if len(texts) != len(given) or len(given) != count:
        raise ExpressionError(sentence)
    return texts


def _last(plan: Plan, given: tuple[Argument, ...]) -> RuleKind:
    (name,) = _texts(given, 1, _("last takes one cell, such as last(pupils.total.boys)."))
    keys = plan.keys(name) if is_pattern(name) else [name] if name in plan.cells else []
    if not keys:
        raise ExpressionError(_("There is no cell “%(name)s”.") % {"name": name})
    return plan.kinds[keys[0]]


def _register(given: tuple[Argument, ...]) -> RuleKind:
    (name,) = _texts(
        given, 1, _('register takes one fact in quotation marks, such as register("facts.pupils").')
    )
    fact = bindings.FACTS.get(name)
    if fact is None:
        raise ExpressionError(_("No register holds “%(name)s”.") % {"name": name})
    return rule_kind(CellSpec(kind=fact.kind))  # type: ignore[arg-type]


def _stage(given: tuple[Argument, ...]) -> RuleKind:
    (name,) = _texts(given, 1, _('stage takes one stage in quotation marks, such as stage("primary").'))
    if name not in Stage.values:
        raise ExpressionError(
            _("There is no stage “%(stage)s”. There are: %(known)s.")
            % {"stage": name, "known": ", ".join(Stage.values)}
        )
    return YES_NO


class _Forms:
    """Other forms that rules name, each read once: the version in use, else the latest."""

    def __init__(self) -> None:
        self._known: dict[str, Definition | None] = {}

    def judge(self, given: tuple[Argument, ...]) -> RuleKind:
        code, name = _texts(
            given, 2, _('form takes the code of a form and a cell, such as form("funds", "income.total").')
        )
        definition = self._definition(code)
        if definition is None:
            raise ExpressionError(_("There is no form with the code “%(code)s”.") % {"code": code})
        cell = definition.cells.get(name)
        if cell is None:
            raise ExpressionError(
                _("The form “%(code)s” has no cell “%(name)s”.") % {"code": code, "name": name}
            )
        return rule_kind(cell.spec)

    def _definition(self, code: str) -> Definition | None:
        if code not in self._known:
            known = FormVersion.objects.filter(form__code=code).exclude(status=VersionStatus.DISCARDED)
            versions = list(known.order_by("-number"))
            used = [one for one in versions if one.status == VersionStatus.FROZEN]
            found = next(iter([*used, *versions]), None)
            self._known[code] = found.content if found else None
        return self._known[code]
