"""The way of a review (Regulations on Petition Work 2022, art. 35 and 36)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from bureau.deadlines import selectors as deadlines
from bureau.workflow.declare import Transition, Waiting, Workflow, note, register
from sections.office.reviews import forms, services
from sections.office.reviews.choices import OPEN, Status
from sections.office.reviews.models import Review
from sections.office.reviews.notices import tell_of_date, tell_people

TRANSITIONS = (
    Transition(
        "ask",
        _("Ask for a review"),
        done_label=_("Review asked for"),
        sources=(),
        target=Status.ASKED,
        condition=services.cannot_ask,
        effect=services.open_review,
        then=services.start_review,
        public=True,
    ),
    Transition(
        "send_on",
        _("Send on to the reviewing body"),
        done_label=_("Sent on to the reviewing body"),
        sources=(Status.ASKED,),
        target=Status.SENT_ON,
        verb="review",
        form=forms.SendOnForm,
        effect=services.send_on,
        confirm=_("The papers go to the body on paper; its opinion is entered here when it comes."),
        public=True,
    ),
    Transition(
        "decide",
        _("Give the opinion"),
        done_label=_("Opinion given"),
        sources=OPEN,
        target=Status.DECIDED,
        verb="review",
        form=forms.OpinionForm,
        condition=services.why_not_reviewer,
        effect=services.decide,
        then=services.follow_opinion,
        confirm=_("The writer can read the opinion at once. It cannot be called back."),
        public=True,
        style="primary",
    ),
    note(
        "pause",
        _("Stop the time of the review"),
        OPEN,
        done_label=_("The time of the review was stopped"),
        verb="review",
        form=forms.HearingForm,
        condition=services.why_not_paused,
        then=services.pause,
        reason="required",
        public=True,
        public_reason=True,
    ),
    note(
        "resume",
        _("Let the time of the review run again"),
        OPEN,
        done_label=_("The time of the review runs again"),
        verb="review",
        form=forms.HearingForm,
        condition=services.why_not_resumed,
        then=services.resume,
        reason="required",
        public=True,
        public_reason=True,
    ),
    Transition(
        "withdraw",
        _("Withdraw the request for a review"),
        done_label=_("Withdrawn by the writer"),
        sources=OPEN,
        target=Status.WITHDRAWN,
        then=services.stop_clock,
        confirm=_("The answer then stands."),
        public=True,
        style="danger",
    ),
)


def waiting(review: Review) -> Iterator[Waiting]:
    """The unit that keeps the review gives the opinion, or enters that of the other body."""
    if review.status in OPEN:
        yield Waiting("decide", unit=review.owner, due=deadlines.earliest_alarm(review))


register(
    Workflow(
        Review,
        TRANSITIONS,
        waiting=waiting,
        title=lambda review: f"{review.number} {review.letter.title}",
        label=_("Reviews"),
        icon="eye",
        tell=tell_people,
        date_moved=tell_of_date,
        related=("letter",),
    )
)
