"""Requests for explanation: on the desk for both sides, in the school workspace for the recipient alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.files.choices import PICTURES
from bureau.files.kinds import AttachmentKind
from bureau.pages.pagesets import Column, Menu, PageSet, Panel, Related, Tabs, register
from sections.office.explanations import services
from sections.office.explanations.choices import INSIDE, ExplanationStatus
from sections.office.explanations.forms import DraftForm
from sections.office.explanations.models import Explanation
from sections.office.explanations.selectors import is_inside

# What a recipient reads of the history: its own steps and those that reached it, never who took them inside.
SHOWN_STEPS = frozenset({"send", "answer", "ask_again", "accept", "cancel"})


def is_sent(explanation: Explanation) -> Any:
    return "" if explanation.status in INSIDE else _("The request has been sent; its files stay as they are.")


def is_answered(explanation: Explanation) -> Any:
    return "" if explanation.status == ExplanationStatus.SENT else _("The explanation has been given.")


# Pictures alone: they are drawn anew, so that nothing lies beneath a blackened name and nothing travels along.
FILES = (
    AttachmentKind(
        "copy",
        _("Enclosure"),
        types=tuple(PICTURES),
        add="write",
        inside="inside",
        called=_("Enclosure "),
        note=_("A copy with every name blackened, as a picture. The file is given a neutral name."),
        locked=is_sent,
        max_count=20,
    ),
    AttachmentKind("proof", _("Proof of the recipient"), add="answer", locked=is_answered, max_count=20),
)


def letter_behind(explanation: Explanation, by: Principal) -> Mapping[str, Any]:
    return {
        "letter": explanation.letter,
        "url": reverse("desk:office:letter_detail", args=[explanation.letter_id]),
        "drafted_by": explanation.drafted_by,
        "checked_by": explanation.checked_by,
        "because": explanation.sent_because,
    }


class _Pages(PageSet):
    """What both sides see alike."""

    model = Explanation
    slug = "explanations"
    columns = (
        Column("number", link=True, sort="number"),
        Column("subject"),
        Column("recipient", label=_("Asked of")),
        Column("due_on", kind="date", sort="due_on"),
        Column("status", kind="tag", sort="status"),
    )
    search = ("number", "subject")
    search_label = _("Number or subject")
    tabs = Tabs("status")
    select_related = ("recipient", "owner", "answered_by")
    tags = {
        ExplanationStatus.DRAFT: "new",
        ExplanationStatus.CHECKING: "warn",
        ExplanationStatus.SENT: "half",
        ExplanationStatus.ANSWERED: "warn",
        ExplanationStatus.ACCEPTED: "done",
        ExplanationStatus.CANCELLED: "moved",
    }
    exports = False
    attachments = FILES
    panels: ClassVar[Sequence[Panel | Related]] = (
        Panel(
            _("Request"),
            fields=(
                "subject",
                Column("text", kind="long"),
                Column("owner", label=_("Requested by the unit")),
                "recipient",
                Column("due_on", kind="date"),
                Column("sent_on", kind="date"),
            ),
        ),
        Panel(
            _("What is still asked"),
            fields=(Column("remark", kind="long"),),
            shown=lambda explanation, _by: bool(explanation.remark),
        ),
        Panel(
            _("Explanation"),
            fields=(
                Column("answer", kind="long"),
                "answered_by",
                Column("answered_on", kind="date"),
            ),
            shown=lambda explanation, _by: bool(explanation.answer),
        ),
    )

    def history(self, record: Explanation, principal: Principal, lines: list[Any]) -> list[Any]:
        """The recipient reads no name, no reason and no step from inside."""
        if is_inside(record, principal):
            return lines
        return [self._outside(line) for line in lines if line.step in SHOWN_STEPS]

    @staticmethod
    def _outside(line: Any) -> Any:
        if line.step == "answer":
            return line
        return replace(line, who=line.unit, reason="", fields=())


@register
class ExplanationPages(_Pages):
    menu = Menu(
        group="section",
        label=_("Requests for explanation"),
        icon="doc",
        order=13,
        capability="office.letters",
    )
    note = _(
        "What a school or unit is asked to explain. It learns nothing of who wrote, nor that somebody did."
    )
    empty = _("No request fits. A request begins on the page of a letter; your own unit's arrive here.")
    add_form = DraftForm
    prefill = ("letter",)
    panels = (
        *_Pages.panels,
        Panel(
            _("For the bureau alone"),
            template="office/explanations/letter.html",
            context=letter_behind,
            shown=is_inside,
        ),
    )

    def save(self, form: Any, by: Principal) -> Explanation:
        if not isinstance(by, User):
            raise PermissionDenied
        values = {name: form.cleaned_data[name] for name in form.Meta.fields}
        return services.draft_explanation(by=by, **values)


@register
class SchoolExplanationPages(_Pages):
    workspaces = ("school",)
    menu = Menu(group="mine", label=_("Requests for explanation"), icon="doc", order=30)
    note = _("What the bureau asks your school to explain.")
    empty = _("The bureau has asked for no explanation.")
