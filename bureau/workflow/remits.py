"""What moves when the bureau is reorganised: questions still open, and the work items of every record that moved."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from bureau.access import unit_owned
from bureau.workflow import items
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.models import Countersign

COUNTERSIGN = Countersign._meta.label_lower

unit_owned.register(unit_owned.UnitOwned(Countersign, "unit", is_open=Q(answer=Countersign.Answer.OPEN)))


def draw_items_anew(moved: Mapping[str, set[int]]) -> None:
    """The inboxes follow the records, in the transaction of the load."""
    found = {kind: set(ids) for kind, ids in moved.items()}
    for kind, pk in Countersign.objects.filter(pk__in=moved.get(COUNTERSIGN, ())).values_list(
        "kind", "object_id"
    ):
        found.setdefault(kind, set()).add(pk)
    for workflow in WORKFLOWS:
        for record in workflow.model._default_manager.filter(pk__in=found.get(workflow.kind, ())):
            items.refresh(record)


unit_owned.follow_up("work items", draw_items_anew)
