"""What the page of a school shows beside its fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from bureau.proposals.words import Change
from schools.choices import RequestStatus
from schools.models import ChangeRequest, School, SchoolChange, Succession
from schools.selectors.fields import field_label, shown

MOST_CHANGES = 15


def pending(school: School) -> list[Change]:
    """Change requests that nobody has decided: the live value and the one asked for."""
    rows = ChangeRequest.objects.filter(
        school=school, status__in=(RequestStatus.REVIEW, RequestStatus.OPEN)
    ).order_by("created_at")
    return [
        Change(
            row.field_label,
            shown(row.field, row.old),
            shown(row.field, row.new),
            row.created_at,
            row.get_status_display(),
            row.pk,
        )
        for row in rows
    ]


def recent_changes(school: School) -> list[Change]:
    rows = SchoolChange.objects.filter(Q(school=school) | Q(school__merged_into=school))[:MOST_CHANGES]
    return [
        Change(
            field_label(row.field),
            shown(row.field, row.old),
            shown(row.field, row.new),
            row.at,
            row.get_source_display(),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Kin:
    """Another school that this one came from or went into."""

    school: School
    relation: str
    on: date


def successions(school: School) -> list[Kin]:
    rows = Succession.objects.filter(Q(predecessor=school) | Q(successor=school))
    return [_kin(row, school) for row in rows.select_related("predecessor", "successor")]


def _kin(row: Succession, school: School) -> Kin:
    if row.predecessor_id == school.pk:
        return Kin(row.successor, row.get_kind_display(), row.on)
    return Kin(row.predecessor, _("predecessor"), row.on)


def stage_labels(school: School) -> Sequence[str]:
    return [row.get_stage_display() for row in school.stages.all()]
