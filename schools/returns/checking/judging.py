"""All findings of a return, and of many returns at once."""

from __future__ import annotations

from collections.abc import Sequence

from schools.returns.checking.cells import of_cells, of_files, of_rows
from schools.returns.checking.finding import Finding, Subject
from schools.returns.checking.gathering import besides, ready
from schools.returns.checking.plan import plan_of
from schools.returns.checking.relations import Unmade, of_checks, unchecked
from schools.returns.checking.world import ReturnWorld
from schools.returns.choices import Severity
from schools.returns.models import Return


def findings(return_: Return) -> list[Finding]:
    """What is wrong (errors first) and unusual in a return as it stands; a handful of queries."""
    return findings_of([return_])[0]


def findings_of(returns: Sequence[Return]) -> list[list[Finding]]:
    """The findings of many returns of one collection, in their order, with as many queries as for one."""
    return [_findings(subject) for subject in _subjects(returns)]


def not_checked(return_: Return) -> list[Unmade]:
    """Checks that something missing kept from being made: neither passed nor failed."""
    return judged(return_)[1]


def judged(return_: Return) -> tuple[list[Finding], list[Unmade]]:
    """What the checks found, and those that could not be made; what lies beside the return is read once."""
    subject = _subjects([return_])[0]
    return _findings(subject), unchecked(subject)


def _subjects(returns: Sequence[Return]) -> list[Subject]:
    definitions = ready(returns)
    subjects = []
    for one, definition, beside in zip(returns, definitions, besides(returns, definitions), strict=True):
        plan = plan_of(definition)
        subjects.append(Subject(one, definition, plan, ReturnWorld(plan, one.values, one.rows, beside)))
    return subjects


def _findings(subject: Subject) -> list[Finding]:
    found = [*of_cells(subject), *of_rows(subject), *of_files(subject), *of_checks(subject)]
    return sorted(found, key=lambda one: one.severity != Severity.ERROR)
