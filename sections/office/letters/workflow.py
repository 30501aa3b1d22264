"""The way of a letter (Regulations on Letters and Visits 2022, art. 22, 23, 31 and 34)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from bureau.deadlines import selectors as deadlines
from bureau.workflow.declare import Transition, Waiting, Workflow, register
from sections.office.data_requests.steps import own_data_steps
from sections.office.letters import (
    accusing,
    endings,
    forms,
    guard_forms,
    guarded,
    handling,
    handling_forms,
    own_data,
    privacy,
    reply_clock,
    services,
    solved,
)
from sections.office.letters.accused_steps import ACCUSED_STEPS
from sections.office.letters.after_steps import AFTER_STEPS
from sections.office.letters.choices import OPEN, Status
from sections.office.letters.clock_steps import CLOCK_STEPS
from sections.office.letters.clocks import ACCEPTANCE, DISPUTE, OBJECTION, REPLY, REVIEW_REQUEST
from sections.office.letters.hand_over_steps import HAND_OVER_STEPS
from sections.office.letters.handling_steps import HANDLING_STEPS
from sections.office.letters.models import Letter
from sections.office.letters.notices import tell_of_date, tell_people
from sections.office.letters.writer_identity import WRITER_LOOKS
from sections.office.letters.writer_steps import WRITER_STEPS

TRANSITIONS = (
    Transition(
        "submit",
        _("Send"),
        done_label=_("Received"),
        sources=(),
        target=Status.RECEIVED,
        effect=services.open_letter,
        then=privacy.arrive,
        starts=(ACCEPTANCE,),
        public=True,
    ),
    Transition(
        "register",
        _("Register"),
        done_label=_("Registered"),
        sources=(Status.RECEIVED,),
        target=Status.REGISTERED,
        form=forms.RegisterForm,
        effect=services.register_letter,
        then=accusing.tell_new_keeper,
        style="primary",
    ),
    Transition(
        "accept",
        _("Accept"),
        done_label=_("Accepted"),
        sources=(Status.REGISTERED,),
        target=Status.ACCEPTED,
        starts=(REPLY,),
        stops=(ACCEPTANCE,),
        public=True,
        confirm=_("The writer is told that the letter is accepted, and the time to answer it begins."),
        style="primary",
    ),
    Transition(
        "decline",
        _("Do not accept"),
        done_label=_("Not accepted"),
        sources=(Status.REGISTERED,),
        target=Status.DECLINED,
        form=forms.DeclineForm,
        effect=services.decline_letter,
        then=handling.free_merged,
        stops=(ACCEPTANCE,),
        reason="required",
        public=True,
        public_reason=True,
        style="danger",
    ),
    Transition(
        "refer",
        _("Refer elsewhere"),
        done_label=_("Referred elsewhere"),
        sources=(Status.REGISTERED, Status.ACCEPTED),
        target=Status.REFERRED,
        form=forms.ReferForm,
        effect=endings.refer_letter,
        then=handling.free_merged,
        stops=(ACCEPTANCE, REPLY),
        reason="required",
        public=True,
        public_reason=True,
    ),
    Transition(
        "assign",
        _("Assign to a section"),
        done_label=_("Given to a section"),
        sources=(Status.ACCEPTED,),
        target=Status.ASSIGNED,
        form=forms.AssignForm,
        effect=services.assign_letter,
        then=handling.invite_at_assignment,
        starts=(OBJECTION,),
        public=True,
        style="primary",
    ),
    Transition(
        "object",
        _("Object: not our matter"),
        done_label=_("The section objected"),
        sources=(Status.ASSIGNED,),
        target=Status.ACCEPTED,
        condition=services.objection_is_late,
        effect=services.return_assignment,
        then=handling.drop_invitations,
        stops=(OBJECTION,),
        reason="required",
    ),
    Transition(
        "draft",
        _("Write the answer"),
        done_label=_("Answer written"),
        sources=(Status.ASSIGNED, Status.DRAFTING),
        target=Status.DRAFTING,
        form=forms.AnswerForm,
        effect=services.write_answer,
        then=handling.keep_citations,
        stops=(OBJECTION,),
        style="primary",
    ),
    Transition(
        "propose",
        _("Send to the office for approval"),
        done_label=_("Sent for approval"),
        sources=(Status.DRAFTING,),
        target=Status.PROPOSED,
        verb="draft",
        form=handling_forms.ProposeForm,
        condition=handling.names_a_writer,
        effect=guarded.propose_answer,
        style="primary",
    ),
    Transition(
        "take_back",
        _("Take back"),
        done_label=_("Taken back"),
        sources=(Status.PROPOSED,),
        target=Status.DRAFTING,
        verb="draft",
        takes_back=True,
    ),
    Transition(
        "send_back",
        _("Send back to the section"),
        done_label=_("Sent back to the section"),
        sources=(Status.PROPOSED,),
        target=Status.DRAFTING,
        reason="required",
    ),
    Transition(
        "approve",
        _("Approve and send"),
        done_label=_("Answered"),
        sources=(Status.PROPOSED,),
        target=Status.ANSWERED,
        condition=services.approver_wrote_it,
        form=guard_forms.ApproveForm,
        effect=guarded.approve_answer,
        then=endings.start_time_for_review,
        stops=(REPLY,),
        confirm=_("The writer can read the answer at once. It cannot be called back."),
        public=True,
        style="primary",
    ),
    Transition(
        "rate",
        _("Rate the answer"),
        done_label=_("Rated by the writer"),
        sources=(Status.ANSWERED,),
        target=Status.ANSWERED,
        form=forms.RatingForm,
        condition=services.is_rated,
        effect=services.rate_answer,
        public=True,
    ),
    Transition(
        "reopen",
        _("Reopen"),
        done_label=_("Reopened by the Office"),
        sources=(Status.ANSWERED,),
        target=Status.ACCEPTED,
        condition=endings.why_not_reopened,
        effect=endings.reopen_letter,
        starts=(REPLY,),
        stops=(REVIEW_REQUEST, DISPUTE),
        reason="required",
        public=True,
        public_reason=True,
    ),
    Transition(
        "ask_again",
        _("Ask to reopen the letter"),
        done_label=_("Reopened at the writer's request"),
        sources=(Status.ANSWERED,),
        target=Status.ACCEPTED,
        condition=endings.why_not_reopened,
        effect=endings.reopen_letter,
        starts=(REPLY,),
        stops=(REVIEW_REQUEST, DISPUTE),
        reason="required",
        public=True,
        public_reason=True,
        confirm=_("A letter can be reopened once."),
    ),
    Transition(
        "handle_again",
        _("Handle again after the review"),
        done_label=_("Sent back by the review"),
        sources=(Status.ANSWERED,),
        target=Status.ACCEPTED,
        verb="review",
        condition=endings.why_not_handled_again,
        effect=endings.handle_again,
        starts=(REPLY,),
        stops=(REVIEW_REQUEST,),
        public=True,
    ),
    Transition(
        "withdraw",
        _("Withdraw the letter"),
        done_label=_("Withdrawn by the writer"),
        sources=OPEN,
        target=Status.WITHDRAWN,
        effect=endings.withdraw_letter,
        then=handling.free_merged,
        stops=(ACCEPTANCE, OBJECTION, REPLY),
        confirm=_("Nobody will answer a letter that you withdraw."),
        public=True,
        style="danger",
    ),
    *ACCUSED_STEPS,
    *WRITER_LOOKS,
    *HANDLING_STEPS,
    *HAND_OVER_STEPS,
    *CLOCK_STEPS,
    *WRITER_STEPS,
    *AFTER_STEPS,
    *own_data_steps(own_data.REQUESTS, tuple(Status), verb="register"),
)


def waiting(letter: Letter) -> Iterator[Waiting]:
    """Who has the letter now, for what, and until when."""
    due = deadlines.earliest_alarm(letter)
    if letter.is_urgent:  # somebody may come to harm: it stands above everything else
        due = min(due or letter.received_on, letter.received_on)
    match letter.status:
        case Status.RECEIVED:
            yield Waiting("register", unit=letter.owner, due=due)
        case Status.REGISTERED:
            yield Waiting("accept", unit=letter.owner, due=due)
        case Status.ACCEPTED:
            yield Waiting("assign", unit=letter.owner, due=due)
        case Status.ASSIGNED | Status.DRAFTING:
            yield Waiting("draft", unit=letter.unit, due=due)
            for unit in handling.missing_contributions(letter):
                yield Waiting("contribute", unit=unit, due=due)
        case Status.PROPOSED:
            yield Waiting("approve", unit=letter.owner, due=due)
    yield from reply_clock.waits_for_leader(letter, due)
    yield from solved.waits_for_reply(letter)
    yield from own_data.REQUESTS.waiting(letter)


register(
    Workflow(
        Letter,
        TRANSITIONS,
        waiting=waiting,
        title=lambda letter: f"{letter.number} {letter.title}",
        label=_("Letters"),
        icon="mail",
        tell=tell_people,
        date_moved=tell_of_date,
    )
)
