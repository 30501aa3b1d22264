"""The page of a letter for who proved number and code: where it is, what comes next, what the writer may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bureau.access.services import permitted
from bureau.access.views import Open, rule
from bureau.accounts.principals import Holder
from bureau.deadlines import selectors as deadlines
from bureau.deadlines.choices import ClockAct
from bureau.files import names
from bureau.files import services as files
from bureau.files.choices import CONTENT_TYPES, FileType
from bureau.files.models import Attachment
from bureau.files.refusals import NotOpen
from bureau.pages.forms import PortalForm
from bureau.pages.views.files import HEADERS
from bureau.public.tracking import tracked
from bureau.workflow import services as workflow
from bureau.workflow.declare import Text
from sections.office.letters import enclosures, handling
from sections.office.letters.choices import OPEN, Status
from sections.office.letters.clocks import ACCEPTANCE, DISPUTE, REPLY, REVIEW_REQUEST
from sections.office.letters.models import Citation, Letter
from sections.office.letters.typed_text import ProseField
from sections.office.letters.writer_forms import ReviewRequestForm
from sections.office.reviews.selectors import open_review, reviews_for_writer
from sections.office.reviews.services import ask_review, withdraw_review
from sections.office.reviews.services import why_not_asked as why_no_review

MAIN_STEPS = (_("Received"), _("Registered"), _("Accepted"), _("Answer being written"), _("Answered"))
# How far along the five steps each status stands.
REACHED = {
    Status.RECEIVED: 0,
    Status.REGISTERED: 1,
    Status.ACCEPTED: 2,
    Status.ASSIGNED: 3,
    Status.DRAFTING: 3,
    Status.PROPOSED: 3,
    Status.ANSWERED: 4,
}
# What comes after each status, in the words of the writer.
NEXT = {
    Status.RECEIVED: _("Next, the Office registers your letter and decides whether it is accepted."),
    Status.REGISTERED: _("Next, you read here whether the letter is accepted, and if not, why."),
    Status.ACCEPTED: _("Next, a section is chosen that writes the answer."),
    Status.ASSIGNED: _(
        "Next, the section looks into the matter and writes the answer; the Office checks it."
    ),
    Status.DRAFTING: _("Next, the Office checks the answer and sends it."),
    Status.PROPOSED: _("Next, the answer appears on this page."),
}
# Periods between offices are not the writer's.
SHOWN_CLOCKS = (ACCEPTANCE, REPLY, REVIEW_REQUEST, DISPUTE)
# Not a step of the letter: a review is a record of its own.
REVIEW, WITHDRAW_REVIEW = "ask_review", "withdraw_review"
MOVES = (ClockAct.EXTENDED, ClockAct.PAUSED, ClockAct.RESUMED, ClockAct.MOVED)


@dataclass(frozen=True)
class WriterAct:
    """A step that the page offers the writer. `is_beside`: folded away in the margin."""

    name: str
    heading: Text
    words: Text
    button: Text
    asks_reason: Text = ""
    one_click: str = ""  # a field with choices, each of them a button
    is_beside: bool = True
    is_danger: bool = False


WRITER_ACTS = (
    WriterAct("rate", _("Rate the answer"), "", _("Send the rating"), is_beside=False),
    WriterAct(
        "say_solved",
        _("Was it solved?"),
        _("Closed is what the bureau says. Whether it is solved, you say: one click is enough."),
        "",
        is_beside=False,
        one_click="solved",
    ),
    WriterAct(
        "dispute",
        _("Object to the result"),
        _("You said that it is not solved. The Office must reply to what you write here."),
        _("Send the objection"),
        is_beside=False,
    ),
    WriterAct(
        "append",
        _("Add something to the letter"),
        _("You remembered something, or something new has happened."),
        _("Send the addition"),
    ),
    WriterAct(
        "urge_by_writer",
        _("Ask for speed"),
        _("The day that was promised has passed. The section is told that you are waiting."),
        _("Ask for speed"),
    ),
    WriterAct(
        "ask_again",
        _("Ask to reopen the letter"),
        _("A letter can be reopened once. Say what the answer leaves open."),
        _("Reopen the letter"),
        asks_reason=_("What does the answer leave open?"),
    ),
    WriterAct(
        REVIEW,
        _("Ask for a review"),
        _(
            "Somebody who did not write the answer looks at the matter again. After that a re-review is possible once."
        ),
        _("Ask for the review"),
    ),
    WriterAct(
        WITHDRAW_REVIEW,
        _("Withdraw the request for a review"),
        _("The answer then stands."),
        _("Withdraw the request for a review"),
        is_danger=True,
    ),
    WriterAct(
        "forbid_publishing",
        _("Do not publish the answer"),
        _("You agreed that question and answer are published without your name. You may take that back."),
        _("Take back the consent"),
    ),
    WriterAct(
        "withdraw",
        _("Withdraw the letter"),
        _("Nobody will answer a letter that you withdraw."),
        _("Withdraw the letter"),
        is_danger=True,
    ),
)
ACTS = {act.name: act for act in WRITER_ACTS}


def letter_status(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The status page; it takes the writer's own acts."""
    letter = _letter_of(holder)
    if letter.anonymised_on:
        return render(request, "public/letters/forgotten.html", {"letter": letter})
    tried, form, sentence = request.POST.get("act", ""), None, ""
    if request.method == "POST" and tried in ACTS:
        form = _form(ACTS[tried], letter, request.POST)
        if form.is_valid():
            try:
                _perform(letter, tried, holder, form.cleaned_data)
                return redirect(request.get_full_path())
            except workflow.Refusal as refusal:
                sentence = str(refusal.sentence)
                letter = _letter_of(holder)
    acts = list(_offered(letter, holder, tried, form))
    context = _context(letter, holder) | {
        "acts": acts,
        "acts_beside": any(one["act"].is_beside for one in acts),
        "tried": form,
        "sentence": sentence,
    }
    status = 422 if sentence or (form is not None and form.errors) else 200
    return render(request, "public/letters/status.html", context, status=status)


def _letter_of(holder: Holder) -> Letter:
    return permitted(holder, "view", Letter).select_related("unit", "owner", "school").get(pk=holder.pk)


def _perform(letter: Letter, name: str, holder: Holder, data: Mapping[str, Any]) -> None:
    reason = data.get("reason", "")
    if name == REVIEW:
        ask_review(letter, by=holder, reason=reason)
        return
    if name == WITHDRAW_REVIEW:
        withdraw_review(letter, by=holder)
        return
    fields = {key: value for key, value in data.items() if key != "reason"}
    workflow.perform(letter, name, by=holder, data=fields, reason=reason)


def _form(act: WriterAct, letter: Letter, data: Any = None) -> forms.Form:
    """The step's own form, and the reason where one is asked for; ids that no other form of the page has."""
    ids = f"id_{act.name}_%s"
    if act.name == REVIEW:
        return ReviewRequestForm(data, auto_id=ids)
    if act.name == WITHDRAW_REVIEW:
        return PortalForm(data, auto_id=ids)
    step = workflow.transition_of(letter, act.name)
    declared = cast(type[forms.Form], step.form or PortalForm)
    form = declared(data, auto_id=ids)
    if step.reason != "no":
        form.fields["reason"] = ProseField(
            label=str(act.asks_reason), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
        )
    return form


def _offered(letter: Letter, holder: Holder, tried: str, form: forms.Form | None) -> Iterator[dict[str, Any]]:
    names = {step.name for step in workflow.available(letter, holder)}
    if not why_no_review(letter, timezone.localdate()):
        names.add(REVIEW)
    if open_review(letter) is not None:
        names.add(WITHDRAW_REVIEW)
    for act in WRITER_ACTS:
        if act.name in names:
            shown = form if act.name == tried and form is not None else _form(act, letter)
            choices = cast(forms.ChoiceField, shown.fields[act.one_click]).choices if act.one_click else ()
            yield {"act": act, "form": shown, "is_open": act.name == tried, "choices": choices}


def _context(letter: Letter, holder: Holder) -> dict[str, Any]:
    reached = REACHED.get(Status(letter.status))
    answer = handling.answer_for(letter)
    clocks = [clock for clock in deadlines.clocks_of(letter) if clock.matter in SHOWN_CLOCKS]
    return {
        "letter": letter,
        "steps": [
            {"label": label, "state": _state(place, reached)} for place, label in enumerate(MAIN_STEPS)
        ],
        "is_stopped": reached is None,
        "is_open": letter.status in OPEN,
        "who": _who(letter),
        "next": NEXT.get(Status(letter.status), ""),
        "clocks": [clock for clock in clocks if clock.is_open],
        "moves": _moves(letter),
        "answer": answer,
        "answered_by": letter.unit or letter.owner,
        "citations": Citation.objects.filter(letter=letter.merged_into_id or letter.pk) if answer else (),
        "answer_files": _answer_files(letter, holder),
        "earlier": letter.earlier_answers.select_related("unit"),
        "enclosures": enclosures.with_names(letter),
        "additions": letter.additions.all(),
        "disputes": letter.disputes.all(),
        "reviews": reviews_for_writer(letter),
        "lines": workflow.public_history(letter),
    }


def _state(place: int, reached: int | None) -> str:
    if reached is None or place > reached:
        return ""
    return "done" if place < reached or reached == len(MAIN_STEPS) - 1 else "now"


def _who(letter: Letter) -> Any:
    """The section that has the letter now; never a person."""
    if letter.status not in OPEN:
        return None
    return letter.unit if letter.status in (Status.ASSIGNED, Status.DRAFTING) else letter.owner


def _moves(letter: Letter) -> list[Any]:
    """Promised dates that moved, each with its reason; who decided it stays inside."""
    return [
        event
        for event in deadlines.moves_of(letter)
        if event.act in MOVES and event.clock.matter in SHOWN_CLOCKS
    ]


def _answer_files(letter: Letter, holder: Holder) -> list[Attachment]:
    rows = permitted(holder, "view", Attachment).filter(record_id=letter.pk, withdrawn_at__isnull=True)
    return [row for row in rows if row.is_open]


@rule(Open())
@never_cache
@require_safe
def letter_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file that goes with the answer, for who opened the letter in this browser. Anything else is 404."""
    found = tracked(request)
    if found is None:
        raise Http404
    _tracker, holder = found
    row = permitted(holder, "view", Attachment).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        content = files.open_content(row, by=holder)
    except NotOpen as refusal:
        raise Http404 from refusal
    response = FileResponse(content, content_type=CONTENT_TYPES[FileType(row.file_type)])
    response.headers["Content-Disposition"] = names.disposition(row.name, row.file_type)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
