"""Issuing to all schools, and taking back the work of a cancelled collection, batch by batch."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.access.services import YES, Decision, may
from bureau.accounts.models import User
from bureau.jobs.running import Refused, Run
from bureau.jobs.tasks import every, job


def _allowed(owner: User, payload: dict[str, Any]) -> Decision:
    from schools.returns.models import Collection

    found = Collection.objects.filter(pk=payload["collection"]).first()
    if found is None or not may(owner, "issue", found):
        return Decision(False, _("Only officers of the section in charge issue or cancel a collection."))
    return YES


@job("returns.issue", label=gettext_lazy("issuing a form"), check=_allowed)
def issue_to_all(run: Run) -> dict[str, Any]:
    """Begun again after an accident it goes on with the schools that have no return yet."""
    from schools.returns.choices import CollectionStatus
    from schools.returns.models import Collection
    from schools.returns.services import issuing

    while True:
        with run.batch() as owner:
            collection = Collection.objects.select_for_update(of=("self",)).get(pk=run.payload["collection"])
            if collection.status != CollectionStatus.ISSUED:
                raise Refused(_("The collection was cancelled meanwhile."))
            made = issuing.create_some(collection, by=owner)
            done = collection.returns.count()
            run.advance(done, done + issuing.not_asked_yet(collection).count())
        if not made:
            return {"count": done}


@job("returns.settle", label=gettext_lazy("cancelling a collection"), check=_allowed)
def settle_all(run: Run) -> dict[str, Any]:
    from schools.returns.models import Collection
    from schools.returns.services import issuing

    collection = Collection.objects.get(pk=run.payload["collection"])
    last = run.done
    while True:
        with run.batch():
            last = issuing.settle_some(collection, after=last)
            run.advance(last)
        if not last:
            return {}


@every(name="returns.lock_collections", daily_at=time(0, 20))
def lock_collections() -> None:
    """After the last day of each collection."""
    from schools.returns.services import issuing

    issuing.lock_due()


@job("returns.move", label=gettext_lazy("moving returns to a later version"), check=_allowed)
def move_all(run: Run) -> dict[str, Any]:
    """Begun again it goes on with the returns that are not on the version of their collection yet."""
    from schools.returns.models import Collection
    from schools.returns.services import moving

    done = run.done
    while True:
        with run.batch() as owner:
            collection = Collection.objects.get(pk=run.payload["collection"])
            moved = moving.move_some(collection, by=owner)
            done += moved
            run.advance(done)
        if not moved:
            return {"count": done}
