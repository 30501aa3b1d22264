"""A house in which something has happened: records of every kind, letters on every stretch of their way."""

from __future__ import annotations

from datetime import date

from bureau.access.remits import apply_remits
from bureau.files.invented import invented_pdf
from bureau.files.services import attach
from bureau.jobs.models import Job
from bureau.pages.pagesets import mounted
from bureau.workflow.models import Delegation
from schools.models import School
from tests.cast import Cast
from tests.factories import letters
from tests.site.factories import MAKERS


def furnish(cast: Cast) -> None:
    for label in sorted({pageset.label for _workspace, pageset in mounted()}):
        MAKERS[label](cast, 2)
    letters.proposed(cast)
    letters.answered(cast)
    letters.assigned(cast, to="preschool")
    attach(
        record=cast.school,
        upload=invented_pdf(["Founding approval"], "批复.pdf"),
        kind="approval",
        by=cast.principal,
    )
    Job.objects.create(kind="demo", title="A job", owner=cast.office_chief)
    Delegation.objects.create(
        absent=cast.basic_officer,
        substitute=cast.basic_clerk,
        since=date(2026, 1, 1),
        until=date(2026, 1, 2),
        created_by=cast.basic_officer,
        reason="Leave",
    )
    apply_remits(objects=list(School.objects.all()))
