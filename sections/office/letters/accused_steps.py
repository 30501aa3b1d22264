"""Recording whom a letter is about: the office names schools, units and persons while the letter is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.deadlines import services as deadlines
from bureau.workflow.declare import Transition
from bureau.workflow.refusals import Invalid
from sections.office.letters import accusing
from sections.office.letters.accused_forms import AccusedForm, ClearForm
from sections.office.letters.choices import OPEN, Status
from sections.office.letters.clocks import OBJECTION
from sections.office.letters.models import Accused, Letter

WITH_SECTION = (Status.ASSIGNED, Status.DRAFTING, Status.PROPOSED)


def status_after(letter: Letter, data: Mapping[str, Any]) -> str:
    """A letter that was taken from its section is assigned anew."""
    return Status.ACCEPTED if letter.unit_id is None and letter.status in WITH_SECTION else letter.status


def follow_up(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    """After the letter moved: no period to object runs, and whoever keeps it now is told."""
    if letter.unit_id is None:
        deadlines.stop(OBJECTION, letter, by=by)
    accusing.tell_new_keeper(letter, by, data)


def clear_accused(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    row: Accused = data["row"]
    if row.letter_id != letter.pk:
        raise Invalid(gettext("Choose one of the list."))
    row.delete()
    if row.school_id and row.school_id == letter.school_id:
        letter.school = next((other.school for other in letter.accused.filter(school__isnull=False)), None)


def is_about_nobody(letter: Letter, by: Principal) -> str:
    return "" if letter.accused.exists() else gettext("Nobody is recorded yet.")


ACCUSED_STEPS = (
    Transition(
        "accuse",
        _("Record whom it is about"),
        done_label=_("Recorded whom it is about"),
        sources=OPEN,
        target=status_after,
        targets=OPEN,
        form=AccusedForm,
        effect=accusing.name_accused,
        then=follow_up,
        confirm=_(
            "Whoever is recorded here, and whoever reports to them, no longer sees the letter: perhaps you either."
        ),
    ),
    Transition(
        "clear_accused",
        _("It is not about …"),
        done_label=_("Somebody was taken off the list of whom it is about"),
        verb="accuse",
        sources=OPEN,
        target=lambda letter, data: letter.status,
        targets=OPEN,
        form=ClearForm,
        condition=is_about_nobody,
        effect=clear_accused,
        reason="required",
    ),
)
