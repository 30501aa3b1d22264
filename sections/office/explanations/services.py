"""What happens to a request for explanation when it moves. No function here sets a status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.identifiers import series
from bureau.workflow import services as workflow
from sections.office.explanations.forms import warning
from sections.office.explanations.models import Explanation
from sections.office.explanations.selectors import (
    addressees,
    files_of_the_letter,
    findings,
    is_inside,
    whole_text,
)
from sections.office.letters.models import Letter


def draft_explanation(
    *, letter: Letter, recipient: Unit, subject: str, text: str, due_on: date, by: User
) -> Explanation:
    """Raises NotPermitted, Invalid."""
    explanation = Explanation(letter=letter, recipient=recipient, subject=subject, text=text, due_on=due_on)
    return workflow.perform(explanation, "draft", by=by)


def open_explanation(explanation: Explanation, by: Principal, data: Mapping[str, Any]) -> None:
    """A number of a series of its own; the unit of whoever writes it."""
    letter = explanation.letter
    if not addressees(letter).filter(pk=explanation.recipient_id).exists():
        sentence = _("Record first that the letter is about this school or unit.")
        raise workflow.Invalid(sentence, {"recipient": [sentence]})
    year = timezone.localdate().year
    explanation.number = f"E{year}-{series.draw('explanations', year):05d}"
    explanation.owner = _unit_of(letter, by)
    _written_by(explanation, by)


def _unit_of(letter: Letter, by: Principal) -> Unit:
    """The unit that handles the letter if the writer works there, else the one that keeps it."""
    own = standing(by).own_unit_ids() if isinstance(by, User) else set()
    return letter.unit if letter.unit is not None and letter.unit_id in own else letter.owner


def write_explanation(explanation: Explanation, by: Principal, data: Mapping[str, Any]) -> None:
    for name in ("subject", "text", "due_on"):
        setattr(explanation, name, data[name])
    _written_by(explanation, by)


def _written_by(explanation: Explanation, by: Principal) -> None:
    if isinstance(by, User):
        explanation.drafted_by = by


def only_inside(explanation: Explanation, by: Principal) -> str:
    """Not even for an absent colleague does somebody act here who must not see the letter."""
    if isinstance(by, User) and not is_inside(explanation, by):
        return _("This step is for others to take.")
    return ""


def writer_sends(explanation: Explanation, by: Principal) -> str:
    if refusal := only_inside(explanation, by):
        return refusal
    if isinstance(by, User) and by.pk == explanation.drafted_by_id:
        return _("You wrote it; a second person must read and send it.")
    if files_of_the_letter(explanation):
        return _("A file of the letter itself goes along. Withdraw it; add a copy with the names blackened.")
    return ""


def send_explanation(explanation: Explanation, by: Principal, data: Mapping[str, Any]) -> None:
    _check_leaks(explanation, whole_text(explanation), data, "confirmed")
    explanation.sent_because = data.get("why", "")
    explanation.sent_on = explanation.sent_on or timezone.localdate()
    if isinstance(by, User):
        explanation.checked_by = by


def ask_again(explanation: Explanation, by: Principal, data: Mapping[str, Any]) -> None:
    _check_leaks(explanation, data["remark"], data, "remark")
    explanation.sent_because = data.get("why", "") or explanation.sent_because
    explanation.remark, explanation.due_on = data["remark"], data["due_on"]


def _check_leaks(explanation: Explanation, text: str, data: Mapping[str, Any], field: str) -> None:
    """A warning is confirmed with a reason, or the text is changed."""
    found = findings(explanation, text)
    if not found or (data.get("confirmed") and data.get("why", "").strip()):
        return
    sentence = warning(found)
    say_why = _("Confirm it and say why, or change the text.")
    raise workflow.Invalid(sentence, {field: [sentence], "why": [say_why]})


def answer_explanation(explanation: Explanation, by: Principal, data: Mapping[str, Any]) -> None:
    explanation.answer = data["answer"]
    explanation.answered_on = timezone.localdate()
    if isinstance(by, User):
        explanation.answered_by = by
