"""A table of transitions as a text diagram, for the docs."""

from __future__ import annotations

from collections.abc import Iterator

from bureau.workflow.declare import Transition, Workflow


def mermaid(workflow: Workflow) -> str:
    """A Mermaid state diagram. A target that is worked out without a list stands as "…"."""
    statuses = workflow.statuses()
    lines = ["stateDiagram-v2", *(f"    {name}: {label}" for name, label in statuses.items())]
    for step in workflow.transitions:
        lines += [f"    {arrow}: {step.label}" for arrow in _arrows(step)]
    lines += [f"    {name} --> [*]" for name in statuses if not workflow.from_status(name)]
    return "\n".join(lines)


def _arrows(step: Transition) -> Iterator[str]:
    for source in step.sources or ("[*]",):
        for target in step.possible_targets or ("…",):
            yield f"{source} --> {target}"
