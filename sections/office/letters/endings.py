"""How a letter ends, and how it is opened again once. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.principals import Holder, Principal
from bureau.deadlines import selectors as deadlines
from bureau.deadlines import services as clocks
from bureau.workflow import services as workflow
from sections.office.letters import solved
from sections.office.letters.choices import Kind, Outcome
from sections.office.letters.clocks import REVIEW_REQUEST
from sections.office.letters.models import EarlierAnswer, Extension, Letter


def close_letter(letter: Letter) -> None:
    """What every ending has in common; the step that ends a letter calls it in its effect."""
    letter.closed_on = timezone.localdate()
    Extension.objects.filter(letter=letter, decided_on=None).update(decided_on=letter.closed_on)


def check_outcome(letter: Letter, outcome: str) -> str:
    """The outcome of an answer to a request (Regulations 2022, art. 32); a suggestion has none."""
    if letter.kind != Kind.REQUEST:
        return ""
    if outcome not in Outcome.values:
        sentence = _("Choose what the answer says of the request: supported, explained or not supported.")
        raise workflow.Invalid(sentence, {"outcome": [sentence]})
    return outcome


def refer_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """Another authority is responsible: the writer reads which one, and why (art. 22 and 23)."""
    letter.referred_to = data["referred_to"]
    close_letter(letter)


def withdraw_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    close_letter(letter)


def start_time_for_review(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """The answer to a request may be reviewed if that is asked in time (art. 35)."""
    if letter.kind == Kind.REQUEST:
        clocks.start(REVIEW_REQUEST, letter, by=by)


def reopen_letter(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """The matter is handled anew; what was answered stays on record."""
    keep_answer(letter)
    letter.reopened_on = timezone.localdate()


def keep_answer(letter: Letter) -> None:
    """Put the answer aside and make room for a new one."""
    EarlierAnswer.objects.create(
        letter=letter,
        answer=letter.answer,
        outcome=letter.outcome,
        answered_on=letter.answered_on or timezone.localdate(),
        unit=letter.unit,
    )
    letter.unit = letter.answered_on = letter.closed_on = letter.rating = letter.drafted_by = None
    letter.answer = letter.outcome = letter.rating_comment = letter.solved = ""
    letter.solved_asked_on = letter.solved_on = None
    solved.drop_dispute(letter)


def why_not_reopened(letter: Letter, by: Principal) -> str:
    if letter.reopened_on:
        return _(
            "This letter was reopened once already. Who does not agree with the answer asks for a review."
        )
    if letter.reviews.filter(status__in=("asked", "sent_on")).exists():
        return _("A review of this answer was asked for; its opinion decides.")
    if isinstance(by, Holder):
        return why_too_late(letter)
    return ""


def why_too_late(letter: Letter) -> str:
    """Why the writer can no longer turn against the answer; "" while the time runs."""
    if letter.kind != Kind.REQUEST:
        return _("Only the answer to a request can be turned against. Write a new letter.")
    clock = deadlines.clocks_of(letter).filter(matter=REVIEW_REQUEST).order_by("-pk").first()
    if clock is not None and clock.is_open and not clock.is_late:
        return ""
    if clock is None:
        return _("This letter has no answer yet.")
    if timezone.localdate() <= clock.due_on:
        return _("A review of this answer was asked for already.")
    return _("The time to turn against the answer ended on %(day)s.") % {"day": clock.due_on.isoformat()}


def why_not_handled_again(letter: Letter, by: Principal) -> str:
    """Only after a review sent the answer back that stands now."""
    sent_back = letter.reviews.filter(outcome="sent_back", round=letter.earlier_answers.count())
    return "" if sent_back.exists() else _("No review has sent this answer back.")


def handle_again(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    keep_answer(letter)
