"""The way of an answer to the public: two people before it, one reason after it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition, Waiting, Workflow, register
from sections.office.answers import forms, services
from sections.office.answers.choices import Status
from sections.office.answers.models import PublishedAnswer

TRANSITIONS = (
    Transition(
        "prepare",
        _("Prepare for publication"),
        done_label=_("Prepared for publication"),
        sources=(),
        target=Status.DRAFTED,
        effect=services.prepare_answer,
    ),
    Transition(
        "check",
        _("Check the text"),
        done_label=_("Checked by a second person"),
        sources=(Status.DRAFTED,),
        target=Status.CHECKED,
        verb="check_publication",
        form=forms.CheckForm,
        condition=services.is_own_draft,
        effect=services.check_answer,
        confirm=_("You have read the three texts and nobody can be recognised from them."),
        style="primary",
    ),
    Transition(
        "return_draft",
        _("Send back to be changed"),
        done_label=_("Sent back to be changed"),
        sources=(Status.CHECKED,),
        target=Status.DRAFTED,
        verb="check_publication",
        effect=services.return_answer,
        reason="required",
    ),
    Transition(
        "publish",
        _("Publish"),
        done_label=_("Published"),
        sources=(Status.CHECKED,),
        target=Status.PUBLISHED,
        verb="publish_answer",
        condition=services.why_not_now,
        effect=services.publish_answer,
        confirm=_("Everybody can read question and answer at once, without the number of the letter."),
        style="primary",
    ),
    Transition(
        "withdraw",
        _("Withdraw from the public"),
        done_label=_("Withdrawn from the public"),
        sources=(Status.PUBLISHED,),
        target=Status.WITHDRAWN,
        verb="withdraw_answer",
        effect=services.withdraw_answer,
        reason="required",
        confirm=_(
            "The page, the list, the search and the feed lose it at once; its address says that it was withdrawn."
        ),
        style="danger",
    ),
)


def waiting(published: PublishedAnswer) -> Iterator[Waiting]:
    match published.status:
        case Status.DRAFTED:
            yield Waiting("check", unit=published.owner)
        case Status.CHECKED:
            yield Waiting("publish", unit=published.owner)


register(
    Workflow(
        PublishedAnswer,
        TRANSITIONS,
        waiting=waiting,
        title=lambda published: f"{published.number} {published.title}",
        label=_("Public answers"),
        icon="doc",
        related=("owner",),
    )
)
