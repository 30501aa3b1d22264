"""The way of a policy document to the public, and what becomes of it there."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.charter.selectors import holders
from bureau.workflow.declare import Transition, Waiting, Workflow, register
from sections.office.news.notices import tell_writer
from sections.office.policies import forms, services
from sections.office.policies.choices import Status
from sections.office.policies.models import PolicyDocument

TRANSITIONS = (
    Transition(
        "enter",
        _("Enter a document"),
        done_label=_("Entered"),
        sources=(),
        target=Status.DRAFT,
        verb="draft",
        effect=services.enter_document,
    ),
    Transition(
        "submit",
        _("Hand in for a second look"),
        done_label=_("Handed in for a second look"),
        sources=(Status.DRAFT,),
        target=Status.CHECKING,
        verb="draft",
        condition=services.why_not_ready,
        style="primary",
    ),
    Transition(
        "send_back",
        _("Send back to be changed"),
        done_label=_("Sent back to be changed"),
        sources=(Status.CHECKING,),
        target=Status.DRAFT,
        verb="draft",
        reason="required",
    ),
    Transition(
        "publish",
        _("Publish"),
        done_label=_("Published"),
        sources=(Status.CHECKING,),
        target=Status.PUBLISHED,
        condition=services.why_not_publish,
        effect=services.publish,
        then=services.follow,
        confirm=_("Everybody can read the document and its files at once."),
        style="primary",
    ),
    Transition(
        "complete",
        _("Add interpretation or English text"),
        done_label=_("Interpretation or English text changed"),
        sources=(Status.PUBLISHED,),
        target=Status.PUBLISHED,
        verb="publish",
        form=forms.CompleteForm,
        effect=services.complete,
        then=services.follow,
    ),
    Transition(
        "change_validity",
        _("Change the validity"),
        done_label=_("Validity changed"),
        sources=(Status.PUBLISHED,),
        target=Status.PUBLISHED,
        verb="publish",
        form=forms.ValidityForm,
        effect=services.change_validity,
        then=services.follow,
    ),
    Transition(
        "expire",
        pgettext_lazy("policy document", "Expire"),
        done_label=pgettext_lazy("policy document", "Expired"),
        sources=(Status.PUBLISHED,),
        target=Status.PUBLISHED,
        effect=services.expire,
        then=services.follow,
        by_system=True,
    ),
    Transition(
        "remind",
        _("Remind of the last day"),
        done_label=_("Reminded of the last day"),
        sources=(Status.PUBLISHED,),
        target=Status.PUBLISHED,
        effect=services.remind,
        by_system=True,
    ),
    Transition(
        "withdraw",
        _("Withdraw from the public"),
        done_label=_("Withdrawn from the public"),
        sources=(Status.PUBLISHED,),
        target=Status.WITHDRAWN,
        form=forms.WithdrawForm,
        effect=services.withdraw,
        then=services.follow,
        confirm=_("Page, list, search and files are gone at once; the address says why."),
        style="danger",
    ),
)


def waiting(document: PolicyDocument) -> Iterator[Waiting]:
    match document.status:
        case Status.DRAFT:
            yield Waiting("submit", unit=document.owner)
        case Status.CHECKING:
            yield Waiting("publish", unit=holders(services.CAPABILITY).first() or document.owner)
        case Status.PUBLISHED if document.reminded_on is not None and document.is_valid:
            yield Waiting("change_validity", unit=document.owner, due=document.expires_on)


register(
    Workflow(
        PolicyDocument,
        TRANSITIONS,
        waiting=waiting,
        title=lambda document: f"{document} {document.label}",
        tell=tell_writer,
        label=_("Policy documents"),
        icon="doc",
        related=("owner",),
    )
)
