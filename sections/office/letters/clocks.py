"""The clocks a letter runs. Their lengths and legal grounds stand in the table of clock rules."""

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.clocks import Matter, register

ACCEPTANCE = "letters.acceptance"
OBJECTION = "letters.objection"
REPLY = "letters.reply"
REVIEW_REQUEST = "letters.review_request"
# How long after the answer the writer is asked; it is no clock that runs on the page.
SOLVED_QUESTION = "letters.solved_question"
DISPUTE = "letters.dispute"

register(Matter(ACCEPTANCE, label=_("Tell whether the letter is accepted")))
register(Matter(OBJECTION, label=_("Object to the transfer")))
register(Matter(REPLY, label=_("Answer the letter")))
register(Matter(REVIEW_REQUEST, label=_("Ask for a review of the answer")))
register(Matter(DISPUTE, label=_("Reply to the writer who says that it is not solved")))
