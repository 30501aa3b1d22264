"""What an acceptance does, for one return or for many."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from bureau.accounts.principals import Principal
from bureau.workflow.declare import Data
from schools.returns.models import Return
from schools.returns.selectors.answering import asked
from schools.returns.services import figures, remarks


def accept(record: Return, by: Principal, data: Data) -> None:
    record.accepted_on = timezone.localdate()
    record.accepted_cells = sorted(asked(record).cells)
    record.returned_due_on = None


def accepted(record: Return, by: Principal, data: Data) -> None:
    settle([record], by)


def settle(returns: Sequence[Return], by: Principal) -> None:
    """After the step: remarks are closed, the register learns what it may, figures and sums are written."""
    remarks.close_all(returns)
    write_back(returns, by)
    figures.write(returns)


def write_back(returns: Sequence[Return], by: Principal) -> None:
    """Into the register: cells whose form says so, and that answer another fact than the register holds."""
    from bureau.registry import import_if_there

    bindings = import_if_there("schools.returns.bindings")
    writer = getattr(bindings, "write_back", None)
    if writer is None:
        return
    for record in returns:
        if any(cell.spec.bound and cell.spec.writes_back for cell in asked(record).cells.values()):
            writer(record, by)


def unlocked(record: Return, by: Principal, data: Data) -> None:
    figures.remove([record])
