"""Monthly reports on the invented letters: all but the last one released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau.charter.choices import Role
from bureau.charter.models import Membership
from bureau.charter.selectors import holders
from bureau.workflow import services as workflow
from sections.office.letter_figures.counting import month_before
from sections.office.letter_figures.services import draft_report
from sections.office.letters.models import Letter

if TYPE_CHECKING:
    from bureau.demo import DemoRun

MONTHS = 5


def seed(run: DemoRun) -> None:
    office = holders("office.letters").first()
    if office is None or not Letter.objects.exists():
        return
    people = {post.role: post.user for post in Membership.objects.in_force().filter(unit=office)}
    clerk, chief = people[Role.CLERK], people[Role.CHIEF]
    month = run.today
    for number in range(MONTHS):
        month = month_before(month)
        report = draft_report(month=month, by=clerk)
        report = workflow.amend(report, by=clerk, changes={"remarks": "本报表的来信均为演示数据。"})
        if number:
            workflow.perform(report, "release", by=chief)
    run.step(f"{MONTHS} monthly reports on letters")
