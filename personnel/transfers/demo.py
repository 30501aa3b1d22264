"""Invented transfers at each stretch of their way."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.workflow.services import perform
from personnel.models import Teacher
from personnel.transfers.models import Transfer
from personnel.transfers.services import deciding_unit, request_transfer
from schools.models import School, SchoolStage

if TYPE_CHECKING:
    from bureau.demo import DemoRun

GROUNDS = (
    "夫妻两地分居 (family lives there)",
    "学科教师短缺 (too few teachers of the subject)",
    "交流轮岗 (rotation)",
)


def seed(run: DemoRun) -> None:
    """One that waits for the principal of the trial, one that waits for personnel, one that is decided."""
    principal = User.objects.get(username="school.principal")
    school = School.objects.get(unit__memberships__user=principal)
    nearby = SchoolStage.objects.filter(stage="primary", school__district=school.district)
    others = list(nearby.exclude(school=school).select_related("school__unit").order_by("pk")[:2])
    clerk = _officer(Role.CLERK)
    with rights_scope():
        arriving = _ask(run, others[0].school, school.stages.get(stage="primary"), clerk, GROUNDS[1])
        leaving = _ask(run, school, others[0], principal, GROUNDS[0])
        decided = _ask(run, school, others[1], principal, GROUNDS[2], place=1)
        for transfer in (leaving, decided):
            _agree(transfer, run)
        perform(decided, "approve", by=_officer(Role.OFFICER), data={"on": decided.on})
    run.step(f"transfers, one of which waits for {arriving.to_school.name}")


def _officer(role: Role) -> User:
    """Somebody of the section that decides on transfers."""
    return Membership.objects.select_related("user").get(unit=deciding_unit(), role=role).user


def _ask(
    run: DemoRun, school: School, stage: SchoolStage, by: User, grounds: str, place: int = 0
) -> Transfer:
    teachers = Teacher.objects.filter(main_post__school=school).select_related("main_post__school__unit")
    values = {"on": date(run.today.year + 1, 9, 1), "grounds": grounds}
    return request_transfer(teacher=teachers.order_by("pk")[place], to_stage=stage, values=values, by=by)


def _agree(transfer: Transfer, run: DemoRun) -> None:
    """The other school of the trial has nobody who signs in yet: its head is made for this."""
    from bureau.charter.demo import join

    name = f"head.{transfer.to_school.code}"
    head = User.objects.filter(username=name).first()
    if head is None:
        head = join(run, name, transfer.to_school.unit, Role.PRINCIPAL).user
    perform(transfer, "agree", by=head)
