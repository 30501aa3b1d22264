"""The clocks of a review. Their lengths and legal grounds stand in the table of clock rules."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.deadlines.clocks import Matter, register
from sections.office.letters import overdue
from sections.office.letters.choices import Level
from sections.office.letters.models import Letter
from sections.office.reviews.choices import OPEN, Stage
from sections.office.reviews.models import Review

REVIEW = "letters.review"
RE_REVIEW_REQUEST = "letters.re_review_request"
RE_REVIEW = "letters.re_review"

# Stage → the clock of its opinion.
OPINION = {Stage.REVIEW: REVIEW, Stage.RE_REVIEW: RE_REVIEW}

register(Matter(REVIEW, label=_("Give the opinion of the review")))
register(Matter(RE_REVIEW_REQUEST, label=_("Ask for a re-review")))
register(Matter(RE_REVIEW, label=_("Give the opinion of the re-review")))
# They stand in the list of what is late, and are told of at night.
overdue.register(
    overdue.Dated(
        Review,
        matters=(REVIEW, RE_REVIEW),
        is_open=Q(status__in=OPEN),
        notices={Level.CHIEF: "reviews.soon", Level.DEPUTY: "reviews.late", Level.HEAD: "reviews.very_late"},
        letter=lambda review: review.letter,
        unit=lambda review: review.owner,
        lapsing=(RE_REVIEW_REQUEST,),
        related=("letter__unit", "letter__owner", "owner"),
        unread=("reason", "opinion", *(f"letter__{column}" for column in Letter.long_or_sealed)),
    )
)
