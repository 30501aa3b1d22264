"""How remits over schools, teachers and students become grants; what moves when the bureau is reorganised."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from bureau.access import remits, unit_owned
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from schools.choices import RequestStatus, Stage
from schools.models import ChangeRequest, School, SchoolGroupGrant, SchoolStage, StageGroupGrant
from schools.models.school import ENDED
from schools.rules import SCHOOL_VERBS
from schools.selectors.remits import deciding_section

OVER_TEACHERS = ("view", "add", "change", "transfer", "train", "merge", "reveal", "export", "review")
OVER_STUDENTS = tuple(verb for verb in OVER_TEACHERS if verb != "train")
OPEN_REQUEST = Q(status__in=(RequestStatus.REVIEW, RequestStatus.OPEN))


def _still_running(prefix: str = "") -> Q:
    """A school that has ended has no pupils and no staff to manage; its own record stays visible."""
    return ~Q(**{f"{prefix}status__in": ENDED})


def move_requests(ids: Sequence[int], unit: Unit, by: Principal) -> None:
    """Open requests go to the section whose remit now covers the school, else to `unit`."""
    for request in ChangeRequest.objects.filter(pk__in=list(ids)).select_related("school"):
        request.deciding_unit = deciding_section(request.school) or unit
        request.save(update_fields=["deciding_unit"])


remits.register(
    remits.RemitTarget(
        over="school",
        model=School,
        grants=SchoolGroupGrant,
        verbs=SCHOOL_VERBS,
        filters={"stages": "stages__stage__in", "private": "is_private"},
        words={"stages": dict(Stage.choices)},
        own_unit="unit",
        managing_unit="managed_by",
    )
)
for _kind, _verbs in (("teacher", OVER_TEACHERS), ("student", OVER_STUDENTS)):
    remits.register(
        remits.RemitTarget(
            over=_kind,
            model=SchoolStage,
            grants=StageGroupGrant,
            verbs={verb: f"{verb}_{_kind}s" for verb in _verbs},
            filters={"stages": "stage__in", "private": "school__is_private"},
            words={"stages": dict(Stage.choices)},
            own_unit="school__unit",
            managing_unit="school__managed_by",
            follows={"schools.school": "school"},
            live=lambda: _still_running("school__"),
        )
    )

unit_owned.register(
    unit_owned.UnitOwned(ChangeRequest, "deciding_unit", is_open=OPEN_REQUEST, move=move_requests)
)
