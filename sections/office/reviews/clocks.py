"""The clocks of a review. Their lengths and legal grounds stand in the table of clock rules."""

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.clocks import Matter, register
from sections.office.reviews.choices import Stage

REVIEW = "letters.review"
RE_REVIEW_REQUEST = "letters.re_review_request"
RE_REVIEW = "letters.re_review"

# Stage → the clock of its opinion.
OPINION = {Stage.REVIEW: REVIEW, Stage.RE_REVIEW: RE_REVIEW}

register(Matter(REVIEW, label=_("Give the opinion of the review")))
register(Matter(RE_REVIEW_REQUEST, label=_("Ask for a re-review")))
register(Matter(RE_REVIEW, label=_("Give the opinion of the re-review")))
