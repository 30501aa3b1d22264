"""Invented requests: two that wait, one accepted, one refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.workflow.services import perform
from personnel.changes.models import TeacherChange
from personnel.changes.services import change_or_ask
from personnel.models import Teacher

if TYPE_CHECKING:
    from bureau.demo import DemoRun

REASON = "户口簿已更改 (household register changed)"
REFUSAL = "所附材料不全，请补交身份证复印件 (the copy of the identity card is missing)"


def seed(run: DemoRun) -> None:
    """Four requests of the first schools whose principal has an account."""
    made = 0
    for row in Membership.objects.filter(role=Role.PRINCIPAL).select_related("user", "unit").order_by("pk"):
        if made == 4:
            break
        teacher = Teacher.objects.filter(main_post__school__unit=row.unit).order_by("pk").last()
        if teacher is not None:
            _ask(teacher, row.user, made)
            made += 1
    run.step(f"{made} change requests for teachers")


def _ask(teacher: Teacher, by: User, number: int) -> None:
    with rights_scope():
        values = {"former_names": teacher.name, "name": f"{teacher.name[0]}若{teacher.name[-1]}"}
        request = change_or_ask(teacher=teacher, values=values, by=by, reason=REASON)[1][0]
    if number > 1:
        _decide(request, accepts=number == 2)


def _decide(request: TeacherChange, *, accepts: bool) -> None:
    roles = (Role.DISTRICT_REVIEWER, Role.OFFICER)
    rows = Membership.objects.filter(unit=request.deciding_unit, role__in=roles).select_related("user")
    row = rows.order_by("pk").first()
    if row is None:
        return
    with rights_scope():
        if accepts:
            perform(request, "accept", by=row.user)
        else:
            perform(request, "refuse", by=row.user, data={"refusal": REFUSAL})
