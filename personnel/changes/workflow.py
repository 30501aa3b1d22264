"""The way of a school's request for another value in a teacher's record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.proposals.life import endings
from bureau.workflow.declare import Transition, Waiting, Workflow, register
from personnel.changes import services
from personnel.changes.choices import ChangeStatus
from personnel.changes.models import TeacherChange

# A request does not lie about.
SOON = timedelta(days=14)


def _waits(request: TeacherChange) -> Iterable[Waiting]:
    if request.is_open:
        due = timezone.localdate(request.created_at) + SOON
        yield Waiting("accept", unit=request.deciding_unit, due=due)


register(
    Workflow(
        TeacherChange,
        (
            Transition("ask", _("Ask for a change"), (), ChangeStatus.OPEN, effect=services.address),
            *endings(
                waiting=(ChangeStatus.OPEN,),
                decidable=ChangeStatus.OPEN,
                accepted=ChangeStatus.ACCEPTED,
                refused=ChangeStatus.REFUSED,
                withdrawn=ChangeStatus.WITHDRAWN,
                condition=services.has_moved_on,
                then=services.carry_out,
            ),
        ),
        waiting=_waits,
        # The inbox says the school, not the person.
        title=lambda request: str(request.asking_unit),
        tell=services.tell,
        label=_("Change request for a teacher"),
        icon="edit",
        related=("asking_unit",),
    )
)
