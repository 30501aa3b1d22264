"""Open requests go to whoever keeps these teachers after a reorganisation."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from bureau.access.unit_owned import UnitOwned, register
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from personnel.changes.choices import ChangeStatus
from personnel.changes.models import TeacherChange
from personnel.changes.services import deciding_unit


def move_requests(ids: Sequence[int], unit: Unit, by: Principal) -> None:
    for request in TeacherChange.objects.filter(pk__in=list(ids)).select_related(
        "teacher__main_post__school"
    ):
        request.deciding_unit = deciding_unit(request.teacher) or unit
        request.save(update_fields=["deciding_unit"])


register(UnitOwned(TeacherChange, "deciding_unit", is_open=Q(status=ChangeStatus.OPEN), move=move_requests))
