"""What a workflow must satisfy before it is taken in. Faults in words, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.core.exceptions import FieldDoesNotExist
from django.db.models import CheckConstraint, Field, Model, Q
from django.forms import BaseForm

from bureau.access.policies import POLICIES, Ground, Policy, Shared, Through, UnitOwned
from bureau.charter.capabilities import CAPABILITIES
from bureau.deadlines.clocks import MATTERS
from bureau.workflow.declare import Transition, Workflow

REASONS = ("no", "optional", "required")
STYLES = ("primary", "secondary", "danger")


def faults(workflow: Workflow) -> list[str]:
    found = list(_model_faults(workflow))
    if found:
        return found
    found = [f"{name} is declared twice" for name in _twice(workflow)]
    known = known_verbs(POLICIES.get(workflow.kind))
    for step in workflow.transitions:
        found += [f"{step.name}: {fault}" for fault in _step_faults(workflow, step, known)]
    return found


def _model_faults(workflow: Workflow) -> Iterator[str]:
    status = _field(workflow.model, workflow.status_field)
    if status is None or not status.choices:
        yield f"the model has no field {workflow.status_field} with choices"
        return
    if _field(workflow.model, "version") is None:
        yield "the model has no field version"
    if not _has_check(workflow.model, workflow.status_field):
        yield f"no CHECK limits {workflow.status_field} to its choices"
    if workflow.kind not in POLICIES:
        yield "rules.py registers no policy for it"


def _field(model: type[Model], name: str) -> Field[object, object] | None:
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def _has_check(model: type[Model], name: str) -> bool:
    checks = [one.condition for one in model._meta.constraints if isinstance(one, CheckConstraint)]
    return any(name in _names(condition) for condition in checks if isinstance(condition, Q))


def _names(condition: Q) -> set[str]:
    found: set[str] = set()
    for child in condition.children:
        found |= _names(child) if isinstance(child, Q) else {str(child[0]).split("__")[0]}  # type: ignore[index]
    return found


def _twice(workflow: Workflow) -> list[str]:
    counted = Counter(step.name for step in workflow.transitions)
    return [name for name, times in counted.items() if times > 1]


def _step_faults(workflow: Workflow, step: Transition, known: frozenset[str] | None) -> Iterator[str]:
    statuses = workflow.statuses()
    if not step.name.isidentifier() or step.name != step.name.lower():
        yield "the name must be a lower-case word"
    if not step.label:
        yield "it has no label"
    for status in (*step.sources, *step.possible_targets):
        if status not in statuses:
            yield f"{status} is not a status"
    if step.form is not None and not _is_form(step.form):
        yield "its form is not a form class"
    if step.reason not in REASONS or step.style not in STYLES:
        yield "unknown reason or style"
    yield from (f"no clocks.py names the matter {one}" for one in _unknown_matters(step))
    if step.is_note and (step.creates or step.effect is not None):
        yield "a note neither creates nor changes a record"
    if step.takes_back and step.creates:
        yield "a creation takes nothing back"
    if known is not None and not step.by_system and step.right not in known:
        yield f"no role, holder or member of the public has the verb {step.right}"


def _unknown_matters(step: Transition) -> list[str]:
    return [matter for matter in (*step.starts, *step.stops) if matter not in MATTERS]


def _is_form(given: object) -> bool:
    return isinstance(given, type) and issubclass(given, BaseForm)


def known_verbs(policy: Policy | None) -> frozenset[str] | None:
    """Verbs that somebody can have under the policy; None for a policy that does not say."""
    if policy is None:
        return frozenset()
    said = set(policy._public) | set(policy._holder)
    if isinstance(policy, UnitOwned):
        capability = CAPABILITIES.get(policy.capability)
        said |= {*capability.holder, *capability.participant, *policy.further} if capability else set()
        return frozenset(said) if capability else None
    if isinstance(policy, Shared | Through | Ground):
        return frozenset(said | set(policy.verbs) | {"add"})
    return None
