"""Which section's remit covers a school."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from bureau.access.roles import SHARED_VERBS
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.charter.choices import UnitKind
from bureau.charter.models import Remit, Unit
from schools.models import District, School


def deciding_section(school: School) -> Unit | None:
    """The section that keeps the owned fields of a school: its `change` remit covers the first stage.

    A remit that names the stage goes before one that covers all; without either, whoever adjusts schools.
    """
    stage = first_stage(school)
    rows = _remits()
    named = [row for row in rows if "change" in row.verbs and stage in row.filters.get("stages", ())]
    general = [row for row in rows if "change" in row.verbs and not row.filters]
    adjusting = [row for row in rows if "adjust" in row.verbs and _covers(row, school, stage)]
    for row in (*named, *general, *adjusting):
        return row.unit
    return None


def review_districts(by: User) -> QuerySet[District]:
    """The districts for which the person reviews what their schools ask."""
    units = {
        post.unit_id
        for post in standing(by).posts
        if post.unit_kind == UnitKind.DISTRICT and "review" in SHARED_VERBS[post.role]
    }
    return District.objects.filter(unit_id__in=units)


def reviewed_by(by: User) -> QuerySet[School]:
    """The schools that those districts manage."""
    return School.objects.filter(managed_by__district__in=review_districts(by))


def may_add_such(by: User, *, stages: Collection[str], is_private: bool) -> bool:
    """Whether a remit of the person's units covers the adding of a school of these stages."""
    units = {post.unit_id for post in standing(by).posts if "add" in SHARED_VERBS[post.role]}
    rows = Remit.objects.filter(over="school", unit_id__in=units, unit__is_active=True)
    return any(
        "add" in row.verbs
        and not set(stages).isdisjoint(row.filters.get("stages", stages))
        and row.filters.get("private") in (None, is_private)
        for row in rows
    )


def first_stage(school: School) -> str:
    """The stage that decides who keeps the record: the first one where there are two."""
    first = school.stages.order_by("order").first()
    if first is not None:
        return first.stage
    stages: list[str] = school.school_type.stages
    return stages[0] if stages else ""


def _covers(row: Remit, school: School, stage: str) -> bool:
    stages = row.filters.get("stages")
    private = row.filters.get("private")
    return (stages is None or stage in stages) and private in (None, school.is_private)


def _remits() -> list[Remit]:
    found = Remit.objects.filter(over="school", unit__kind=UnitKind.SECTION, unit__is_active=True)
    return list(found.select_related("unit").order_by("unit__order", "order"))
