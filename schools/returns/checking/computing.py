"""Computed cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.expressions import evaluate
from schools.returns.checking.plan import plan_of
from schools.returns.checking.values import text_of
from schools.returns.checking.world import ReturnWorld
from schools.returns.definition import Definition


def computed_values(
    definition: Definition, values: Mapping[str, str], rows: Mapping[str, Any]
) -> dict[str, str]:
    """Canonical text of every computed cell, "" where it is missing; each after the cells that it needs."""
    plan = plan_of(definition)
    known = {key: value for key, value in values.items() if key not in plan.computed}
    found = {key: "" for key, cell in plan.cells.items() if cell.spec.computed}
    for key in plan.order:
        world = ReturnWorld(plan, known, rows, but=key)
        known[key] = found[key] = text_of(plan.cells[key].spec, evaluate(plan.computed[key], world))
    return found
