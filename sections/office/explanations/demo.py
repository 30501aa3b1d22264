"""Invented requests for explanation: one that is written, one that the school has, one that it has answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.charter.selectors import holders
from bureau.workflow import services as workflow
from schools.models import School
from sections.office.explanations.models import Explanation
from sections.office.explanations.services import draft_explanation
from sections.office.letters.choices import Status
from sections.office.letters.models import Letter

if TYPE_CHECKING:
    from bureau.demo import DemoRun

SUBJECT = "关于课后服务安排的说明"
TEXT = "请说明本学期课后服务的时间安排、收费依据和公示情况。（演示）"
ANSWER = "课后服务每周五天，至十七时三十分；收费标准已在校门口和公众号公示。（演示）"
DAYS = 7  # for the school to answer


def seed(run: DemoRun) -> None:
    office = holders("office.letters").first()
    people = {post.role: post.user for post in Membership.objects.in_force().filter(unit=office)}
    if Role.CLERK not in people or Role.CHIEF not in people:
        return
    principal = _principal()
    places: list[tuple[Letter, School | None, User | None]] = [
        (letter, letter.school, None) for letter in _letters(names_school=True)
    ]
    if principal is not None:
        places += [(letter, *principal) for letter in _letters(names_school=False)[:1]]
    for number, (letter, school, answering) in enumerate(places):
        letter = workflow.perform(letter, "accuse", by=people[Role.CLERK], data={"about_school": school})
        explanation = _drafted(run, letter, people[Role.CLERK], school)
        if number:
            explanation = workflow.perform(explanation, "propose", by=people[Role.CLERK])
            explanation = workflow.perform(explanation, "send", by=people[Role.CHIEF], data={})
        if answering is not None:
            workflow.perform(explanation, "answer", by=answering, data={"answer": ANSWER})
    run.step(f"{len(places)} requests for explanation")


def _letters(*, names_school: bool) -> list[Letter]:
    """Letters that a section has, the first two."""
    rows = Letter.objects.filter(status__in=(Status.ASSIGNED, Status.DRAFTING))
    rows = rows.filter(school__unit__isnull=not names_school)
    return list(rows.select_related("school__unit").order_by("pk")[:2])


def _principal() -> tuple[School, User] | None:
    """Of the school of the trial that has one with an account."""
    posts = Membership.objects.in_force().filter(role=Role.PRINCIPAL).select_related("user")
    first = posts.order_by("pk").first()
    school = School.objects.filter(unit=first.unit_id).first() if first else None
    return (school, first.user) if first and school else None


def _drafted(run: DemoRun, letter: Letter, clerk: User, school: School | None) -> Explanation:
    return draft_explanation(
        letter=letter,
        recipient=Unit.objects.get(school=school),
        subject=SUBJECT,
        text=TEXT,
        due_on=run.today + timedelta(days=DAYS),
        by=clerk,
    )
