"""Written, checked and sent by a second person, explained, taken note of."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition, Waiting, Workflow, register
from sections.office.explanations import forms, services
from sections.office.explanations.choices import OPEN, ExplanationStatus
from sections.office.explanations.models import Explanation
from sections.office.explanations.notices import tell_people

TRANSITIONS = (
    Transition(
        "draft",
        _("Write"),
        done_label=_("Written"),
        sources=(),
        target=ExplanationStatus.DRAFT,
        effect=services.open_explanation,
    ),
    Transition(
        "write",
        _("Change the text"),
        done_label=_("Text changed"),
        sources=(ExplanationStatus.DRAFT,),
        target=ExplanationStatus.DRAFT,
        condition=services.only_inside,
        form=forms.WriteForm,
        effect=services.write_explanation,
    ),
    Transition(
        "propose",
        _("Hand to a second person"),
        done_label=_("Handed to a second person"),
        sources=(ExplanationStatus.DRAFT,),
        target=ExplanationStatus.CHECKING,
        condition=services.only_inside,
        verb="write",
        style="primary",
    ),
    Transition(
        "rework",
        _("Give back to be changed"),
        done_label=_("Given back to be changed"),
        sources=(ExplanationStatus.CHECKING,),
        target=ExplanationStatus.DRAFT,
        condition=services.only_inside,
        verb="send",
        reason="required",
    ),
    Transition(
        "send",
        _("Send to the recipient"),
        done_label=_("Sent"),
        sources=(ExplanationStatus.CHECKING,),
        target=ExplanationStatus.SENT,
        form=forms.SendForm,
        condition=services.writer_sends,
        effect=services.send_explanation,
        confirm=_("The recipient reads subject, text and files at once."),
        style="primary",
    ),
    Transition(
        "answer",
        _("Explain"),
        done_label=_("Explained"),
        sources=(ExplanationStatus.SENT,),
        target=ExplanationStatus.ANSWERED,
        form=forms.AnswerForm,
        effect=services.answer_explanation,
        style="primary",
    ),
    Transition(
        "ask_again",
        _("Ask for more"),
        done_label=_("Asked for more"),
        sources=(ExplanationStatus.ANSWERED,),
        target=ExplanationStatus.SENT,
        condition=services.only_inside,
        form=forms.AgainForm,
        effect=services.ask_again,
    ),
    Transition(
        "accept",
        _("Take note"),
        done_label=_("Taken note of"),
        sources=(ExplanationStatus.ANSWERED,),
        target=ExplanationStatus.ACCEPTED,
        condition=services.only_inside,
        style="primary",
    ),
    Transition(
        "cancel",
        _("Cancel"),
        done_label=_("Cancelled"),
        sources=OPEN,
        target=ExplanationStatus.CANCELLED,
        condition=services.only_inside,
        reason="required",
        style="danger",
    ),
)


def waiting(explanation: Explanation) -> Iterator[Waiting]:
    match explanation.status:
        case ExplanationStatus.DRAFT:
            yield Waiting("propose", unit=explanation.owner)
        case ExplanationStatus.CHECKING:
            yield Waiting("send", unit=explanation.owner)
        case ExplanationStatus.SENT:
            yield Waiting("answer", unit=explanation.recipient, due=explanation.due_on)
        case ExplanationStatus.ANSWERED:
            yield Waiting("accept", unit=explanation.owner)


register(
    Workflow(
        Explanation,
        TRANSITIONS,
        waiting=waiting,
        title=lambda explanation: explanation.number,
        label=_("Requests for explanation"),
        icon="doc",
        tell=tell_people,
    )
)
