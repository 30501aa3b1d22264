"""Asked, decided by a second person, open for a time."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition, Waiting, Workflow, register
from sections.office.identities import services
from sections.office.identities.choices import IdentityStatus
from sections.office.identities.models import IdentityRequest
from sections.office.identities.notices import tell_people

TRANSITIONS = (
    Transition("ask", _("Ask"), done_label=_("Asked"), sources=(), target=IdentityStatus.ASKED),
    Transition(
        "approve",
        _("Agree"),
        done_label=_("Agreed to"),
        sources=(IdentityStatus.ASKED,),
        target=IdentityStatus.APPROVED,
        condition=services.asker_decides,
        effect=services.open_identity,
        confirm=_("The person who asked sees name and phone of the writer until the time is over."),
        style="primary",
    ),
    Transition(
        "decline",
        _("Refuse"),
        done_label=_("Refused"),
        sources=(IdentityStatus.ASKED,),
        target=IdentityStatus.DECLINED,
        condition=services.asker_decides,
        effect=services.refuse_identity,
        reason="required",
        style="danger",
    ),
    Transition(
        "end",
        _("I no longer need it"),
        done_label=_("Ended early"),
        sources=(IdentityStatus.ASKED, IdentityStatus.APPROVED),
        target=IdentityStatus.ENDED,
        effect=services.close_identity,
    ),
)


def waiting(request: IdentityRequest) -> Iterator[Waiting]:
    if request.status == IdentityStatus.ASKED:
        yield Waiting("approve", unit=request.letter.owner)


register(
    Workflow(
        IdentityRequest,
        TRANSITIONS,
        waiting=waiting,
        title=lambda request: request.letter.number,
        label=_("Requests to see writers"),
        icon="user",
        tell=tell_people,
        related=("letter",),
    )
)
