"""The life of a school, of a change request, of a confirmation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.duplicates.life import folding, life
from bureau.proposals.life import endings
from bureau.workflow.declare import Transition, Waiting, Workflow, register
from schools import forms
from schools.choices import RequestStatus, SchoolStatus
from schools.models import ChangeRequest, Confirmation, School, SchoolDuplicate
from schools.services import confirmations, duplicates, lifecycle, requests, telling

# A request does not lie about: each of the two who look at it should do so within this time.
SOON = timedelta(days=14)
_RUNNING = (SchoolStatus.PROPOSED, SchoolStatus.OPEN, SchoolStatus.SUSPENDED)

register(
    Workflow(
        School,
        (
            Transition(
                "enter",
                _("Add a school in operation"),
                (),
                SchoolStatus.OPEN,
                effect=lifecycle.enter,
                then=lifecycle.settle_new,
            ),
            Transition(
                "propose",
                _("Add a proposed school"),
                (),
                SchoolStatus.PROPOSED,
                effect=lifecycle.give_unit,
                then=lifecycle.settle_new,
            ),
            Transition(
                "open",
                _("Open the school"),
                (SchoolStatus.PROPOSED,),
                SchoolStatus.OPEN,
                verb="adjust",
                form=forms.OpeningForm,
                effect=lifecycle.open_school,
                then=lifecycle.adjusted,
                style="primary",
            ),
            Transition(
                "adjust",
                _("Adjust type, name or manager"),
                _RUNNING,
                lambda school, data: str(school.status),
                targets=_RUNNING,
                verb="adjust",
                form=forms.AdjustForm,
                effect=lifecycle.adjust,
                then=lifecycle.adjusted,
                reason="required",
            ),
            Transition(
                "suspend",
                _("Suspend"),
                (SchoolStatus.OPEN,),
                SchoolStatus.SUSPENDED,
                verb="adjust",
                reason="required",
            ),
            Transition(
                "reopen",
                _("Reopen"),
                (SchoolStatus.SUSPENDED,),
                SchoolStatus.OPEN,
                verb="adjust",
                reason="optional",
            ),
            Transition(
                "close",
                _("Close the school"),
                _RUNNING,
                SchoolStatus.CLOSED,
                verb="adjust",
                form=forms.ClosingForm,
                condition=lifecycle.no_open_requests,
                effect=lifecycle.close,
                then=lifecycle.ended,
                reason="required",
                confirm=_(
                    "A school that is closed cannot be opened again. Its people lose their access today."
                ),
                style="danger",
            ),
            Transition(
                "merge",
                _("Merge into another school"),
                (SchoolStatus.OPEN, SchoolStatus.SUSPENDED),
                SchoolStatus.MERGED,
                form=forms.MergingForm,
                condition=lifecycle.no_open_requests,
                effect=lifecycle.merge,
                then=lifecycle.ended,
                reason="required",
                confirm=_(
                    "This is for two real schools of which one ends in the other. Where one school only stands "
                    "in the register twice, use the list of possible duplicates instead. A school that is merged "
                    "cannot be restored; its people lose their access today."
                ),
                style="danger",
            ),
            *folding(
                live=_RUNNING,
                double=SchoolStatus.DOUBLE,
                take=duplicates.take_values,
                then=duplicates.open_stages,
            ),
        ),
        icon="school",
    )
)
register(life(SchoolDuplicate, label=_("Possible duplicate")))


def _first_desk(request: ChangeRequest, data: Any) -> str:
    is_reviewed = request.reviewing_unit_id is None or request.opinion != ""
    return RequestStatus.OPEN if is_reviewed else RequestStatus.REVIEW


def _request_waits(request: ChangeRequest) -> Iterable[Waiting]:
    due = timezone.localdate(request.created_at) + SOON
    if request.status == RequestStatus.REVIEW:
        yield Waiting("give_opinion", unit=request.reviewing_unit, due=due)
    elif request.status == RequestStatus.OPEN:
        yield Waiting("accept", unit=request.deciding_unit, due=due)


register(
    Workflow(
        ChangeRequest,
        (
            Transition(
                "propose",
                _("Ask for a change"),
                (),
                _first_desk,
                targets=(RequestStatus.REVIEW, RequestStatus.OPEN),
                effect=requests.address,
            ),
            Transition(
                "give_opinion",
                _("Give the district's opinion"),
                (RequestStatus.REVIEW,),
                RequestStatus.OPEN,
                verb="review",
                form=forms.OpinionForm,
                style="primary",
            ),
            Transition(
                "call_in",
                _("Decide without the district"),
                (RequestStatus.REVIEW,),
                RequestStatus.OPEN,
                verb="decide",
                reason="required",
            ),
            *endings(
                waiting=(RequestStatus.REVIEW, RequestStatus.OPEN),
                decidable=RequestStatus.OPEN,
                accepted=RequestStatus.ACCEPTED,
                refused=RequestStatus.REFUSED,
                withdrawn=RequestStatus.WITHDRAWN,
                condition=requests.has_moved_on,
                then=requests.carry_out,
            ),
        ),
        waiting=_request_waits,
        tell=telling.tell_of_request,
        label=_("Change request"),
        icon="edit",
        related=("school",),
    )
)


def _confirmation_waits(row: Confirmation) -> Iterable[Waiting]:
    if row.status == "asked" and row.school.is_in_use:
        yield Waiting("confirm", unit=row.school.unit, due=row.due_on)


register(
    Workflow(
        Confirmation,
        (
            Transition("ask", _("Ask the school to confirm"), (), "asked"),
            Transition(
                "confirm",
                _("Confirm that the details are right"),
                ("asked",),
                "confirmed",
                effect=confirmations.confirm,
                style="primary",
                done_label=_("Confirmed"),
            ),
        ),
        waiting=_confirmation_waits,
        tell=telling.tell_of_confirmation,
        label=_("Confirmation"),
        icon="check",
        related=("school",),
    )
)
