"""Invented answers for the public, and one that a second person has still to read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.charter.selectors import holders
from bureau.workflow import services as workflow
from sections.office.answers.choices import Consent
from sections.office.answers.models import PublishedAnswer
from sections.office.letters.choices import Status
from sections.office.letters.models import Letter

if TYPE_CHECKING:
    from bureau.demo import DemoRun

PUBLISHED, DRAFTED = 4, 1


def seed(run: DemoRun) -> None:
    office = holders("office.letters").first()
    people = {post.role: post.user for post in Membership.objects.in_force().filter(unit=office)}
    if Role.CLERK not in people or Role.CHIEF not in people:
        return
    letters = _letters()
    for place, letter in enumerate(letters):
        day = run.today - timedelta(days=1)
        made = PublishedAnswer(letter=letter, consent=Consent.PHONE, consent_on=day)
        made = workflow.perform(made, "prepare", by=people[Role.CLERK])
        if place >= DRAFTED:
            for step in ("check", "publish"):
                made = workflow.perform(made, step, by=people[Role.CHIEF])
    run.step(f"{len(letters)} answers for the public")


def _letters() -> list[Letter]:
    """Answered ones, about no school, each subject once."""
    rows = Letter.objects.filter(status=Status.ANSWERED, school=None, is_urgent=False)
    by_title = {letter.title: letter for letter in rows.order_by("-answered_on", "-pk")}
    return list(by_title.values())[: PUBLISHED + DRAFTED]
