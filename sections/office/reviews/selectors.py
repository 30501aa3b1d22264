"""Reading reviews: where a letter stands, what its writer sees, what is final."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bureau.access.services import permitted
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.deadlines import selectors as deadlines
from bureau.deadlines.models import Clock
from bureau.workflow.models import HistoryEntry
from sections.office.letters.models import Letter
from sections.office.letters.same_writer import digests_of
from sections.office.reviews.choices import OPEN, Opinion, Stage, Status
from sections.office.reviews.models import Review


def round_of(letter: Letter) -> int:
    """Which answer stands now: how many stood before it."""
    return letter.earlier_answers.count()


def reviews_of_answer(letter: Letter) -> QuerySet[Review]:
    """Reviews of the answer that stands now, the latest first; withdrawn ones do not count."""
    rows = Review.objects.filter(letter=letter, round=round_of(letter)).exclude(status=Status.WITHDRAWN)
    return rows.order_by("-pk")


def open_review(letter: Letter) -> Review | None:
    """The review of the answer that has not come to its end."""
    return reviews_of_answer(letter).filter(status__in=OPEN).first()


def authors_of_answer(letter: Letter) -> set[int]:
    """Keys of those who wrote or approved an answer to the letter, also in another's place."""
    steps = HistoryEntry.objects.filter(
        kind=letter._meta.label_lower,
        object_id=letter.pk,
        transition__in=("draft", "approve"),
        actor_kind=User.audit_kind,
    )
    pairs = steps.values_list("actor_id", "on_behalf_id")
    return {pk for pair in pairs for pk in pair if pk is not None}


@dataclass(frozen=True)
class WriterReview:
    """A review as its writer reads it. `body`: who reviews, where it is another body."""

    pk: int
    number: str
    stage: str
    status: str
    asked_on: date
    reason: str
    body: str
    outcome: str
    opinion: str
    decided_on: date | None
    clocks: Sequence[Clock]
    is_open: bool
    is_final: bool


def reviews_for_writer(letter: Letter) -> list[WriterReview]:
    """All reviews of a letter, the first one first, each with its clocks that still run."""
    rows = Review.objects.filter(letter=letter).select_related("body", "owner").order_by("pk")
    return [_for_writer(review) for review in rows]


def _for_writer(review: Review) -> WriterReview:
    return WriterReview(
        pk=review.pk,
        number=review.number,
        stage=review.get_stage_display(),
        status=review.get_status_display(),
        asked_on=review.asked_on,
        reason=review.reason,
        body=review.body.label if review.body else review.owner.label,
        outcome=review.get_outcome_display(),
        opinion=review.opinion,
        decided_on=review.decided_on,
        clocks=list(deadlines.open_clocks_of(review)),
        is_open=review.status in OPEN,
        is_final=review.is_final,
    )


def final_letters_of_writer(letter: Letter, by: Principal) -> QuerySet[Letter]:
    """Other letters of the same writer on which a re-review has spoken the last word, as far as one may see them."""
    rows = permitted(by, "view", Letter)
    digests = digests_of(letter)
    if not digests:
        return rows.none()
    ends = Q(
        reviews__stage=Stage.RE_REVIEW,
        reviews__status=Status.DECIDED,
        reviews__outcome__in=(Opinion.UPHELD, Opinion.CHANGED),
    )
    return rows.filter(ends, sender_digest__in=digests).exclude(pk=letter.pk).distinct()
