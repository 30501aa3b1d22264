"""Issuing a collection: who is asked, the returns of all of them, schools that come later, cancelling, locking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.services import may
from bureau.accounts.models import User
from bureau.accounts.principals import Principal, System
from bureau.audit import services as audit
from bureau.inserts import insert_rows
from bureau.workflow.refusals import Invalid, NotPermitted
from bureau.workflow.services import draw_items, perform, refresh_items, take_over
from schools.choices import SchoolStatus
from schools.models import School
from schools.returns import bindings
from schools.returns.choices import (
    PARTS,
    CellSource,
    CollectionStatus,
    Period,
    ReturnStatus,
    VersionStatus,
)
from schools.returns.definition import Definition
from schools.returns.models import CellChange, Collection, Return
from schools.returns.services import telling

AT_ONCE = 200
LOCKER = System("school returns", frozenset({"schools.collection.lock"}))


def addressed(collection: Collection) -> QuerySet[School]:
    """The schools in operation that a collection asks, in the order of their codes."""
    found = School.objects.filter(status=SchoolStatus.OPEN)
    if collection.stages:
        found = found.filter(pk__in=_teaching(collection.stages))
    for name in ("types", "districts", "schools"):
        chosen = list(getattr(collection, name).values_list("pk", flat=True).order_by())
        field = {"types": "school_type__in", "districts": "district__in", "schools": "pk__in"}[name]
        if chosen:
            found = found.filter(**{field: chosen})
    return found.order_by("code", "pk")


def _teaching(stages: Iterable[str]) -> Any:
    return School.objects.filter(stages__stage__in=list(stages)).order_by().values("pk")


def not_asked_yet(collection: Collection) -> QuerySet[School]:
    """Schools that fit and have no return: opened later, or forgotten."""
    asked = Return.objects.filter(collection=collection).order_by().values("school_id")
    return addressed(collection).exclude(pk__in=asked)


def why_not_issued(collection: Collection, on: date | None = None) -> str:
    """The sentence for which this collection cannot go out; "" when it can."""
    day = on or timezone.localdate()
    version = collection.version_of_form
    form = version.form
    if form.expires_on and form.expires_on < day:
        return _("The legal basis of this form ended on %(day)s. Enter the new basis first.") % {
            "day": form.expires_on
        }
    if version.status != VersionStatus.FROZEN:
        return _("Choose the version of the form that is in use; this one is not.")
    if collection.locks_on < day:
        return _("The last day for sending has passed. Change the dates first.")
    return why_wrong_part(form.period, collection.part)


def why_wrong_part(period: str, part: int) -> str:
    """The sentence for which a term, quarter or month does not fit the period of a form."""
    parts = PARTS[Period(period)]
    if parts == 0 and part:
        return _("This form is asked for a whole year. Leave the part empty.")
    if parts and not 1 <= part <= parts:
        return _("Enter which part of the year it is, from 1 to %(parts)d.") % {"parts": parts}
    return ""


def issue_effect(collection: Collection, by: Principal, data: Mapping[str, Any]) -> None:
    """Effect of issuing: what it asks for again needs a reason, which is kept."""
    from schools.returns.designer.held import asks_again

    why = why_not_issued(collection)
    if why:
        raise Invalid(why)
    if not addressed(collection).exists():
        raise Invalid(_("No school in operation fits. Look at stages, types, districts and the list."))
    reason = str(data.get("repeat_reason") or "").strip()
    if not reason and asks_again(collection.version_of_form):
        said = _("Some figures are held by a register or asked by another form. Say why you ask again.")
        raise Invalid(said, {"repeat_reason": [said]})
    collection.repeat_reason = reason
    collection.issued_on = timezone.localdate()


def issue_now(*, collection: Collection, by: Principal, repeat_reason: str = "") -> Collection:
    """Issue, and make the returns of all schools at once: for trials, tests and small circles."""
    issued = perform(collection, "issue", by=by, data={"repeat_reason": repeat_reason, "at_once": True})
    while create_some(issued, by=by):
        pass
    return issued


def create_some(collection: Collection, *, by: Principal, limit: int = AT_ONCE) -> int:
    """The returns of the next schools that have none. Returns how many; 0 when all are there."""
    return create_returns(collection, list(_with_facts(not_asked_yet(collection))[:limit]), by=by)


@transaction.atomic
def add_schools(*, collection: Collection, schools: Sequence[School], by: Principal) -> int:
    """Ask schools that were forgotten or opened later. Raises NotPermitted, Invalid."""
    if not may(by, "issue", collection):
        raise NotPermitted(_("Only officers of the section in charge ask further schools."))
    # One at a time with the job that issues: a school gets one return.
    collection = Collection.objects.select_for_update(of=("self",)).get(pk=collection.pk)
    if collection.status != CollectionStatus.ISSUED:
        raise Invalid(_("Schools can be added while the collection is issued and not locked."))
    pks = [school.pk for school in schools]
    missing = School.objects.filter(pk__in=pks, status=SchoolStatus.OPEN)
    missing = missing.exclude(returns__collection=collection)
    count = create_returns(collection, list(_with_facts(missing.order_by("code"))), by=by)
    audit.record("schools.collection.schools_added", by=by, obj=collection, detail={"count": count})
    return count


def _with_facts(schools: QuerySet[School]) -> QuerySet[School]:
    return schools.select_related("unit", "managed_by", "district").prefetch_related(
        "stages", *bindings.PREFETCH
    )


@transaction.atomic
def create_returns(collection: Collection, schools: Sequence[School], *, by: Principal) -> int:
    """Returns with first line of history, figures of the registers and work items. `schools` with stages and facts."""
    version = collection.version_of_form
    asked: dict[frozenset[str], Definition] = {}
    records = []
    for school in schools:
        stages = frozenset(row.stage for row in school.stages.all())
        if stages not in asked:
            asked[stages] = version.content.for_stages(stages)
        records.append(_return(collection, school, asked[stages]))
    stored = take_over(records, status=ReturnStatus.DRAFT, by=by, step="issue")
    _write_prefilled(stored)
    draw_items(stored)
    if collection.locks_on >= timezone.localdate():
        telling.tell_of_issue(collection, stored)
    return len(stored)


def _return(collection: Collection, school: School, definition: Definition) -> Return:
    year = bindings.school_year(collection)
    values = bindings.held_values(definition, school, year)
    record = Return(
        collection=collection,
        form_version=collection.version_of_form,
        owner_id=collection.owner_id,
        school=school,
        values=values,
        entry=1 if values else 0,
    )
    if values:
        record.values = {**values, **_computed(definition, values)}
    return record


def _computed(definition: Definition, values: Mapping[str, str]) -> dict[str, str]:
    from schools.returns.checking import computed_values

    return dict(computed_values(definition, values, {}))


def _write_prefilled(records: Sequence[Return]) -> None:
    """Where each figure came from, cell by cell."""
    rows = []
    for record in records:
        computed = {key for key, cell in record.form_version.content.cells.items() if cell.spec.computed}
        for cell, value in record.values.items():
            source = CellSource.COMPUTED if cell in computed else CellSource.REGISTER
            rows.append((record.pk, cell, value, source.value))
    if rows:
        insert_rows(CellChange, ("owner_return_id", "cell", "new", "source"), rows, {"entry": 1})


def settle_some(collection: Collection, *, after: int, limit: int = AT_ONCE) -> int:
    """Bring work items of a cancelled or locked collection up to date; returns the last key, 0 at the end."""
    rows = list(collection.returns.filter(pk__gt=after).order_by("pk")[:limit])
    for row in rows:
        refresh_items(row)
    return rows[-1].pk if len(rows) == limit else 0


def begin_returns(collection: Collection, by: Principal, data: Mapping[str, Any]) -> None:
    """After issuing: the returns are made by a job, with the rights of whoever issued."""
    if not data.get("at_once") and isinstance(by, User):
        _start("returns.issue", collection, by, _("Issue: %(title)s") % {"title": collection})


def begin_settling(collection: Collection, by: Principal, data: Mapping[str, Any]) -> None:
    if collection.issued_on is not None and isinstance(by, User):
        _start("returns.settle", collection, by, _("Cancel: %(title)s") % {"title": collection})


def _start(kind: str, collection: Collection, by: User, title: str) -> None:
    from bureau.jobs.services import start_job

    start_job(kind, by=by, title=title, payload={"collection": collection.pk})


def lock_due(on: date | None = None) -> list[Collection]:
    """Lock the collections whose last day is over. Returns them."""
    day = on or timezone.localdate()
    over = Collection.objects.filter(status=CollectionStatus.ISSUED, locks_on__lt=day)
    return [perform(row, "lock", by=LOCKER) for row in over.order_by("pk")]
