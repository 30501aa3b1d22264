"""Steps after the answer: was it solved, the writer's objection and its reply, and the end of the personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import Transition, note
from sections.office.letters import after_forms, keeping, retention, solved
from sections.office.letters.choices import CLOSED
from sections.office.letters.clocks import DISPUTE
from sections.office.letters.models import Letter


def as_before(letter: Letter, data: Mapping[str, Any]) -> str:
    return str(letter.status)


AFTER_STEPS = (
    Transition(
        "ask_solved",
        _("Ask whether it is solved"),
        done_label=_("The writer was asked whether it is solved"),
        sources=solved.ASKED_IN,
        target=as_before,
        targets=solved.ASKED_IN,
        condition=solved.is_asked,
        effect=solved.open_question,
        then=solved.send_question,
        public=True,
        by_system=True,
    ),
    Transition(
        "say_solved",
        _("Say whether it is solved"),
        done_label=_("The writer said whether it is solved"),
        sources=solved.ASKED_IN,
        target=as_before,
        targets=solved.ASKED_IN,
        form=after_forms.SolvedForm,
        condition=solved.why_not_said,
        effect=solved.note_solved,
        public=True,
    ),
    Transition(
        "dispute",
        _("Object to the result"),
        done_label=_("The writer objected to the result"),
        sources=solved.ASKED_IN,
        target=as_before,
        targets=solved.ASKED_IN,
        form=after_forms.DisputeForm,
        condition=solved.why_no_dispute,
        effect=solved.nothing,
        then=solved.raise_dispute,
        starts=(DISPUTE,),
        public=True,
    ),
    Transition(
        "answer_dispute",
        _("Reply to the objection"),
        done_label=_("The Office replied to the objection"),
        sources=solved.ASKED_IN,
        target=as_before,
        targets=solved.ASKED_IN,
        form=after_forms.DisputeReplyForm,
        condition=solved.why_no_reply,
        effect=solved.nothing,
        then=solved.reply_to_dispute,
        stops=(DISPUTE,),
        public=True,
        style="primary",
    ),
    note(
        "keep_longer",
        _("Keep the personal data longer"),
        CLOSED,
        done_label=_("Personal data kept longer"),
        form=keeping.KeepForm,
        condition=retention.why_not_kept,
        then=keeping.keep_longer,
        reason="required",
    ),
    Transition(
        "anonymise",
        _("Make anonymous"),
        done_label=_("Personal data deleted"),
        sources=CLOSED,
        target=as_before,
        targets=CLOSED,
        condition=retention.is_anonymous,
        effect=retention.anonymise_letter,
        by_system=True,
    ),
)
