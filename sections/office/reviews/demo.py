"""Invented reviews: one that waits, one sent on to another body, one with its opinion."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bureau.accounts.models import User
from bureau.accounts.principals import System
from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.charter.selectors import holders
from bureau.deadlines import services as deadlines
from bureau.workflow import services as workflow
from sections.office.letters.choices import Kind, Status
from sections.office.letters.clocks import REVIEW_REQUEST
from sections.office.letters.models import Letter
from sections.office.reviews.choices import Opinion
from sections.office.reviews.models import Review, ReviewingBody
from sections.office.reviews.services import ask_review

if TYPE_CHECKING:
    from bureau.demo import DemoRun

MAKER = System("invented reviews")
REASONS = (
    "（演示）答复没有说明余款何时退还。",
    "（演示）答复与学校公示的内容不一致。",
    "（演示）希望说明办理的具体时间。",
)
OPINION = "经复查，原答复认定事实清楚、依据明确，予以维持。（演示）"
AFTER = 3  # days from the answer to the request


def seed(run: DemoRun) -> None:
    office = holders("office.letters").first()
    people = {post.role: post.user for post in Membership.objects.in_force().filter(unit=office)}
    if Role.CLERK not in people or Role.CHIEF not in people:
        return
    reviews = [
        _asked(run, letter, people[Role.CLERK], reason)
        for letter, reason in zip(_letters(run), REASONS, strict=False)
    ]
    body = ReviewingBody.objects.filter(is_active=True).order_by("pk").first()
    if len(reviews) > 1:
        data = {"outcome": Opinion.UPHELD, "opinion": OPINION}
        workflow.perform(reviews[1], "decide", by=people[Role.CHIEF], data=data)
    if len(reviews) > 2 and body is not None:
        workflow.perform(reviews[2], "send_on", by=people[Role.CHIEF], data={"body": body})
    run.step(f"{len(reviews)} reviews")


def _letters(run: DemoRun) -> list[Letter]:
    """Answers to requests of the last weeks that no office step of the trial wrote."""
    since = run.today - timedelta(days=25)
    rows = Letter.objects.filter(kind=Kind.REQUEST, status=Status.ANSWERED, solved="")
    rows = rows.filter(answered_on__range=(since, run.today - timedelta(days=AFTER)))
    return list(rows.order_by("answered_on", "pk")[: len(REASONS)])


def _asked(run: DemoRun, letter: Letter, clerk: User, reason: str) -> Review:
    """The answer was taken over as from an earlier register: its time to ask is begun on its day."""
    if letter.answered_on is None:
        raise ValueError(letter.number)
    deadlines.start(REVIEW_REQUEST, letter, by=MAKER, on=letter.answered_on)
    day = letter.answered_on + timedelta(days=AFTER)
    return ask_review(letter, by=clerk, reason=reason, asked_on=day)
