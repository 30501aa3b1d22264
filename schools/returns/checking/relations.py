"""Findings of the checks that the designer of a form wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bureau.expressions import MISSING, Expression, evaluate
from schools.returns.checking.finding import Finding, Subject, closed
from schools.returns.checking.plan import parsed
from schools.returns.checking.values import NOTHING, said, shown
from schools.returns.choices import Severity
from schools.returns.definition import Check, Words

# In the words of a message: {sum(pupils.*.boys)} is worked out and put in its place.
IN_WORDS = re.compile(r"\{([^{}]+)\}")
MOST_FIGURES = 6


def of_checks(subject: Subject) -> Iterator[Finding]:
    """A rule that is not true; one that could not be worked out says nothing."""
    for check, rule in subject.plan.checks:
        if evaluate(rule, subject.world) is False:
            yield _finding(subject, check, rule)


@dataclass(frozen=True)
class Unmade:
    """A check that could not be made. `cells`: those of the return that are missing for it."""

    check: Check
    cells: tuple[str, ...]
    sentence: str


def unchecked(subject: Subject) -> list[Unmade]:
    """Checks that something missing kept from being made: they neither passed nor failed."""
    return [
        _unmade(subject, check, rule)
        for check, rule in subject.plan.checks
        if evaluate(rule, subject.world) not in (True, False)
    ]


def _unmade(subject: Subject, check: Check, rule: Expression) -> Unmade:
    plan, world = subject.plan, subject.world
    named = [name for name in sorted(rule.names) if MISSING in world.values(name)]
    cells = tuple(key for key in plan.expanded(named) if world.value(key) is MISSING)
    lists = [str(plan.lists[name][0].words) for name in named if name in plan.lists]
    lacks = [*_places(subject, cells), *lists, *_beside(subject, rule)]
    words = {
        "message": IN_WORDS.sub("…", str(check.message)).strip().rstrip("。."),
        "missing": _(", ").join(dict.fromkeys(lacks)) or _("the figures give no result"),
    }
    return Unmade(check, cells, _("“%(message)s”: not checked. Missing: %(missing)s.") % words)


def _places(subject: Subject, cells: Sequence[str]) -> list[str]:
    known = subject.plan.cells
    found = [f"{known[key].address} {known[key].label}" for key in cells[:MOST_FIGURES]]
    more = len(cells) - MOST_FIGURES
    return [*found, *([_("and %(count)s more cells") % {"count": more}] if more > 0 else [])]


def _beside(subject: Subject, rule: Expression) -> Iterator[str]:
    """What the last return, a register or another form lacks."""
    said = {
        "last": _("the figure of the last return"),
        "register": _("the figure of the register"),
        "form": _("the figure of another form"),
    }
    for name, arguments in rule.calls:
        got = subject.world.call(name, arguments)
        if name in said and (got is MISSING or (isinstance(got, list) and MISSING in got)):
            yield said[name]


def cells_of(subject: Subject, check: Check, rule: Expression) -> tuple[str, ...]:
    """Where the message stands: cells, and the blocks of repeated rows that the rule counts."""
    plan = subject.plan
    blocks = {plan.lists[name][0].key for name in rule.names if name in plan.lists}
    cells = plan.expanded(check.cells or (*rule.names, *_asked_of_last(rule)))
    return (*cells, *sorted(blocks))


def _asked_of_last(rule: Expression) -> list[str]:
    return [str(arguments[0]) for name, arguments in rule.calls if name == "last" and arguments]


def _finding(subject: Subject, check: Check, rule: Expression) -> Finding:
    cells, key = cells_of(subject, check, rule), f"check:{check.key}"
    sentence = _sentence(subject, check, cells)
    if check.severity == Severity.ERROR.value:
        return subject.error(key, cells, _("%(message)s Correct the figures.") % {"message": sentence})
    return subject.unusual(
        key,
        cells,
        _("%(message)s Correct the figures, or say why they are right.") % {"message": sentence},
        _figures_of(subject, rule),
    )


def _sentence(subject: Subject, check: Check, cells: tuple[str, ...]) -> str:
    message = words_with_figures(subject, check.message)
    if IN_WORDS.search(str(check.message)) or not any(key in subject.plan.cells for key in cells):
        return closed(message)
    return _("%(message)s %(figures)s.") % {"message": closed(message), "figures": _listed(subject, cells)}


def words_with_figures(subject: Subject, words: Words) -> str:
    """The message in the reader's language, with what stands in {…} worked out."""

    def worked_out(found: re.Match[str]) -> str:
        rule = parsed(found[1])
        if rule is None:
            return found[0]
        name = next(iter(rule.names), "")
        cell = subject.plan.cells.get(name) if name == found[1].strip() else None
        if cell is not None:
            return shown(cell.spec, subject.values.get(name, "")) or NOTHING
        return said(evaluate(rule, subject.world))

    return IN_WORDS.sub(worked_out, str(words))


def _listed(subject: Subject, cells: tuple[str, ...]) -> str:
    """“A·C4 Grade 1 · boys: 120; …”: at most so many, and how many more there are."""
    found = []
    known = [cell for key in cells if (cell := subject.plan.cells.get(key))]
    for cell in known[:MOST_FIGURES]:
        value = shown(cell.spec, subject.values.get(cell.key, "")) or _("empty")
        found.append(f"{cell.address} {cell.label}: {value}")
    if len(known) > MOST_FIGURES:
        found.append(_("and %(count)s more cells") % {"count": len(known) - MOST_FIGURES})
    return "; ".join(found)


def _figures_of(subject: Subject, rule: Expression) -> list[Any]:
    """Everything that the rule looks at: a reason holds as long as none of it changes."""
    world = subject.world
    cells = [(name, [str(value) for value in world.values(name)]) for name in sorted(rule.names)]
    calls = [(name, arguments, str(world.call(name, arguments))) for name, arguments in rule.calls]
    return [cells, calls]
