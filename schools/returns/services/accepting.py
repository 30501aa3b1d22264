"""What an acceptance does, for one return or for many; accepting the clean ones; locking what is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from bureau.accounts.models import User
from bureau.accounts.principals import Principal, System
from bureau.workflow.declare import Data
from bureau.workflow.many import Many, perform_many
from schools.returns.choices import ReturnStatus
from schools.returns.models import Return
from schools.returns.selectors import reviewing
from schools.returns.selectors.answering import asked
from schools.returns.services import figures, remarks

LOCKER = System("schools.returns.lock", frozenset({"schools.return.lock"}))
# So many returns are accepted or locked in one transaction.
BATCH = 200


def accept(record: Return, by: Principal, data: Data) -> None:
    record.accepted_on = timezone.localdate()
    record.accepted_cells = sorted(asked(record).cells)
    record.returned_due_on = None


def accepted(record: Return, by: Principal, data: Data) -> None:
    settle([record], by, data)


def settle(returns: Sequence[Return], by: Principal, data: Data) -> None:
    """After the step: remarks are closed, the register learns what it may, figures and sums are written."""
    from schools.returns import bindings  # it reads the selectors of the room

    remarks.close_all(returns)
    writing = [record for record in returns if _writes_back(record)]
    # Without it every bound cell of every return would read the register anew.
    prefetch_related_objects([record.school for record in writing], *bindings.PREFETCH)
    for record in writing:
        if bindings.write_back(record, by).facts:
            record.school.__dict__.get("_prefetched_objects_cache", {}).pop("facts", None)
    figures.write(returns)


def _writes_back(record: Return) -> bool:
    return any(cell.spec.bound and cell.spec.writes_back for cell in asked(record).cells.values())


def unlocked(record: Return, by: Principal, data: Data) -> None:
    figures.remove([record])


# --- many -------------------------------------------------------------------------------------


def accept_clean(ids: Iterable[int], *, by: User) -> Many[Return]:
    """Accept those of these returns that are clean; the others come back with the reason. One transaction."""
    seen: set[int] = set()

    def prepare(returns: Sequence[Return]) -> None:
        reviewing.share(returns)
        seen.update(reviewing.remarked(returns))

    return perform_many(
        Return.objects.filter(pk__in=list(ids)),
        "accept",
        by=by,
        prepare=prepare,
        refuse=lambda record: reviewing.why_not_clean(record, seen),
    )


def asked_for(payload: Mapping[str, Any]) -> QuerySet[Return]:
    """The returns that a job is about: the named ones, or those of a collection that wait for the section."""
    if "returns" in payload:
        return Return.objects.filter(pk__in=payload["returns"])
    return Return.objects.filter(collection_id=payload["collection"], status=ReturnStatus.SECTION)


def lock_due(on: date | None = None) -> int:
    """Lock what was accepted in collections whose last day is over. Returns how many."""
    day = on or timezone.localdate()
    over = Return.objects.filter(status=ReturnStatus.ACCEPTED, collection__locks_on__lt=day)
    count = 0
    while ids := list(over.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        done = perform_many(
            Return.objects.filter(pk__in=ids), "lock", by=LOCKER, prepare=reviewing.share
        ).done
        count += len(done)
        if not done:
            break
    return count
