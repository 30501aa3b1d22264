"""What happens to a review when its status changes. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.accounts.principals import Holder, Principal
from bureau.deadlines import selectors as deadlines
from bureau.deadlines import services as clocks
from bureau.deadlines.choices import ClockState
from bureau.deadlines.models import Clock
from bureau.identifiers import series
from bureau.workflow import services as workflow
from bureau.workflow.models import HistoryEntry
from sections.office.letters.choices import Kind
from sections.office.letters.choices import Status as LetterStatus
from sections.office.letters.clocks import REVIEW_REQUEST
from sections.office.letters.models import Letter
from sections.office.reviews import selectors
from sections.office.reviews.choices import OPEN, Opinion, Stage, Status
from sections.office.reviews.clocks import OPINION, RE_REVIEW_REQUEST
from sections.office.reviews.models import Review

Data = Mapping[str, Any]


# -- asking -----------------------------------------------------------------------------------------------


def ask_review(
    letter: Letter, *, by: Principal, reason: str, asked_on: date | None = None, key: str = ""
) -> Review:
    """Ask for the review of an answer or, after its opinion, for the re-review.

    The letter is held until the end: two who ask at once are one review. Raises Refusal with a sentence.
    `asked_on`: when a paper request came in; never for the writer's own act.
    """
    with transaction.atomic():
        held = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        day = timezone.localdate() if isinstance(by, Holder) or asked_on is None else asked_on
        last = selectors.reviews_of_answer(held).first()
        stage = Stage.RE_REVIEW if last is not None and last.stage == Stage.REVIEW else Stage.REVIEW
        review = Review(letter=held, stage=stage, previous=last, asked_on=day)
        return workflow.perform(review, "ask", by=by, data={"reason": reason.strip()}, key=key)


def withdraw_review(letter: Letter, *, by: Principal) -> Review:
    """The writer no longer wants the review that runs. Raises Refusal where none does."""
    review = selectors.open_review(letter)
    if review is None:
        raise workflow.Invalid(_("No review of this letter is running."))
    return workflow.perform(review, "withdraw", by=by)


def why_not_asked(letter: Letter, on: date) -> str:
    """Why no review can be asked for now; "" when it can."""
    if letter.kind != Kind.REQUEST:
        return _("Only the answer to a request is reviewed.")
    if letter.status != LetterStatus.ANSWERED:
        return _("There is no answer that could be reviewed.")
    last = selectors.reviews_of_answer(letter).first()
    if last is not None and last.status in OPEN:
        return _("A review of this answer was asked for already: %(number)s.") % {"number": last.number}
    if last is not None and last.stage == Stage.RE_REVIEW:
        return _("The re-review has given its opinion. The matter is closed for good.")
    clock = _time_to_ask(letter, last)
    if clock is None or on > clock.due_on:
        return _("The time to ask ended on %(day)s.") % {"day": clock.due_on.isoformat() if clock else "-"}
    return ""


def _time_to_ask(letter: Letter, last: Review | None) -> Clock | None:
    """The clock within which the next review is asked for; it may have stopped when its day was over."""
    rows = deadlines.clocks_of(letter if last is None else last)
    return rows.filter(matter=REVIEW_REQUEST if last is None else RE_REVIEW_REQUEST).order_by("-pk").first()


def cannot_ask(review: Review, by: Principal) -> str:
    return why_not_asked(review.letter, review.asked_on)


def open_review(review: Review, by: Principal, data: Data) -> None:
    """Number, keeper, and which answer it is about."""
    if not data["reason"]:
        sentence = _("Say why you do not agree with the answer.")
        raise workflow.Invalid(sentence, {"reason": [sentence]})
    if review.asked_on > timezone.localdate():
        sentence = _("This day has not come yet. Enter the day on which the request came.")
        raise workflow.Invalid(sentence, {"asked_on": [sentence]})
    review.reason = data["reason"]
    review.is_by_staff = isinstance(by, User)
    review.owner = review.letter.owner
    review.round = selectors.round_of(review.letter)
    year = review.asked_on.year
    review.number = f"F{year}-{series.draw('reviews', year):06d}"


def start_review(review: Review, by: Principal, data: Data) -> None:
    """The time to ask ends; that of the opinion begins with the day of the request."""
    if review.previous is None:
        clocks.stop(REVIEW_REQUEST, review.letter, by=by)
    else:
        clocks.stop(RE_REVIEW_REQUEST, review.previous, by=by)
    clocks.start(OPINION[Stage(review.stage)], review, by=by, on=review.asked_on)


# -- deciding ---------------------------------------------------------------------------------------------


def send_on(review: Review, by: Principal, data: Data) -> None:
    review.body = data["body"]


def why_not_reviewer(review: Review, by: Principal) -> str:
    """Who wrote or approved the answer, or gave the opinion before, does not review it."""
    if review.status == Status.SENT_ON or not isinstance(by, User):
        return ""  # another body has decided; here its opinion is only entered
    before = review.previous.decided_by_id if review.previous else None
    if by.pk in selectors.authors_of_answer(review.letter) or by.pk == before:
        return _("You took part in the answer or in the review before; somebody else must give the opinion.")
    return ""


def decide(review: Review, by: Principal, data: Data) -> None:
    review.outcome, review.opinion = data["outcome"], data["opinion"]
    review.decided_on = timezone.localdate()
    review.decided_by = by if isinstance(by, User) else None


def follow_opinion(review: Review, by: Principal, data: Data) -> None:
    """What was sent back is handled again; against another opinion a re-review may be asked for, once."""
    clocks.stop(OPINION[Stage(review.stage)], review, by=by)
    if review.outcome == Opinion.SENT_BACK:
        workflow.perform(review.letter, "handle_again", by=by)
    elif review.stage == Stage.REVIEW:
        clocks.start(RE_REVIEW_REQUEST, review, by=by)


def stop_clock(review: Review, by: Principal, data: Data) -> None:
    clocks.stop(OPINION[Stage(review.stage)], review, by=by)


# -- hearings ---------------------------------------------------------------------------------------------


def opinion_clock(review: Review, state: str) -> Clock | None:
    clock = clocks.open_clock(OPINION[Stage(review.stage)], review)
    return clock if clock is not None and clock.state == state else None


def why_not_paused(review: Review, by: Principal) -> str:
    return "" if opinion_clock(review, ClockState.RUNNING) else _("The time of this review is not running.")


def why_not_resumed(review: Review, by: Principal) -> str:
    return "" if opinion_clock(review, ClockState.PAUSED) else _("The time of this review is not stopped.")


def pause(review: Review, by: Principal, data: Data) -> None:
    """The time of a hearing is not counted (art. 36)."""
    clock = opinion_clock(review, ClockState.RUNNING)
    if clock is not None:
        clocks.pause(clock, by=by, reason=_reason(review, "pause"))


def resume(review: Review, by: Principal, data: Data) -> None:
    clock = opinion_clock(review, ClockState.PAUSED)
    if clock is not None:
        clocks.resume(clock, by=by, reason=_reason(review, "resume"))


def _reason(review: Review, step: str) -> str:
    rows = HistoryEntry.objects.filter(kind=review._meta.label_lower, object_id=review.pk, transition=step)
    return rows.latest("pk").reason
