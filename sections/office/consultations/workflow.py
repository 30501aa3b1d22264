"""The way of a consultation, and of an opinion within it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.charter.selectors import holders
from bureau.workflow.declare import Transition, Waiting, Workflow, register
from sections.office.consultations import enclosing, forms, opinions, own_data, selectors, services
from sections.office.consultations.capabilities import NAME
from sections.office.consultations.choices import PUBLIC, OpinionStatus, Status
from sections.office.consultations.models import Consultation, Opinion
from sections.office.consultations.notices import tell_office
from sections.office.data_requests.steps import own_data_steps
from sections.office.news.notices import tell_writer

TRANSITIONS = (
    Transition(
        "enter",
        _("Draft a consultation"),
        done_label=_("Entered"),
        sources=(),
        target=Status.DRAFT,
        verb="draft",
        effect=services.draft,
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
        _("Open for comment"),
        done_label=_("Opened for comment"),
        sources=(Status.CHECKING,),
        target=Status.OPEN,
        condition=services.why_not_publish,
        effect=services.publish,
        confirm=_("Everybody can read the draft and send an opinion at once."),
        style="primary",
    ),
    Transition(
        "extend",
        _("Keep it open longer"),
        done_label=_("Kept open longer"),
        sources=(Status.OPEN,),
        target=Status.OPEN,
        form=forms.ExtendForm,
        effect=services.extend,
        reason="required",
    ),
    Transition(
        "close",
        pgettext_lazy("consultation", "Close"),
        done_label=pgettext_lazy("consultation", "Closed"),
        sources=(Status.OPEN,),
        target=Status.CLOSED,
        by_system=True,
    ),
    Transition(
        "conclude",
        _("Publish the result"),
        done_label=_("Result published"),
        sources=(Status.CLOSED,),
        target=Status.CONCLUDED,
        form=forms.ConcludeForm,
        condition=services.why_not_conclude,
        effect=services.conclude,
        confirm=_(
            "Everybody reads the result with the points, decisions and reasons. Opinions stay as they are."
        ),
        style="primary",
    ),
    Transition(
        "withdraw",
        _("Withdraw from the public"),
        done_label=_("Withdrawn from the public"),
        sources=PUBLIC,
        target=Status.WITHDRAWN,
        form=forms.WithdrawForm,
        effect=services.withdraw,
        confirm=_("Page, list, search and files are gone at once; the address says why."),
        style="danger",
    ),
)


def waiting(consultation: Consultation) -> Iterator[Waiting]:
    match consultation.status:
        case Status.DRAFT:
            yield Waiting("submit", unit=consultation.owner)
        case Status.CHECKING:
            yield Waiting("publish", unit=holders(NAME).first() or consultation.owner)
        case Status.CLOSED:
            due = consultation.result_expected_on
            if selectors.waiting_opinions(consultation):
                yield Waiting(_("Group the opinions"), unit=consultation.owner, due=due, verb="sort")
            yield Waiting("conclude", unit=holders(NAME).first() or consultation.owner, due=due)


register(
    Workflow(
        Consultation,
        TRANSITIONS,
        waiting=waiting,
        title=lambda consultation: consultation.label,
        tell=tell_writer,
        label=_("Consultations"),
        icon="chat",
        related=("owner",),
    )
)
register(
    Workflow(
        Opinion,
        (
            Transition(
                "submit",
                _("Send"),
                done_label=_("Received"),
                sources=(),
                target=OpinionStatus.RECEIVED,
                effect=opinions.open_opinion,
                then=enclosing.arrive,
            ),
            Transition(
                "sort",
                _("Group"),
                done_label=_("Grouped"),
                sources=tuple(OpinionStatus),
                target=OpinionStatus.SORTED,
                form=forms.SortForm,
                condition=opinions.is_concluded,
                effect=opinions.sort,
                then=opinions.follow,
                style="primary",
            ),
            Transition(
                "set_aside",
                _("Set aside"),
                done_label=_("Set aside"),
                sources=(OpinionStatus.RECEIVED, OpinionStatus.SORTED),
                target=OpinionStatus.SET_ASIDE,
                condition=opinions.is_concluded,
                effect=opinions.set_aside,
                confirm=_("Whoever sent it reads the reason."),
                then=opinions.follow,
                reason="required",
            ),
            *own_data_steps(
                own_data.REQUESTS, tuple(OpinionStatus), verb="reveal", form=forms.AskAboutOpinionForm
            ),
        ),
        waiting=own_data.REQUESTS.waiting,
        title=lambda opinion: opinion.number,
        tell=tell_office,
        label=_("Opinions"),
        icon="chat",
    )
)
