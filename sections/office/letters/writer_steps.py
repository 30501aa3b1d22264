"""Steps of the writer after sending, and what the office makes of an urgent letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bureau.accounts.principals import Principal
from bureau.workflow.declare import Transition, note
from sections.office.letters import writer_forms
from sections.office.letters.choices import OPEN, Status
from sections.office.letters.models import Addition, Letter


def as_before(letter: Letter, data: Mapping[str, Any]) -> str:
    """The status does not move."""
    return str(letter.status)


def why_not_added(letter: Letter, by: Principal) -> str:
    if letter.additions.count() >= settings.LETTERS_ADDITIONS:
        return _now(
            "You have added to this letter %(count)d times, as often as is possible. Call us instead."
        ) % {"count": settings.LETTERS_ADDITIONS}
    return ""


def add_text(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    addition = Addition(letter=letter, body=data["body"])
    addition.full_clean()
    addition.save()


def why_urgency_stands(letter: Letter, by: Principal) -> str:
    if letter.is_urgent and letter.urgency_checked_on:
        return _now("The office has confirmed already that this letter is urgent.")
    return ""


def why_not_urgent(letter: Letter, by: Principal) -> str:
    return "" if letter.is_urgent else _now("This letter is not marked as urgent.")


def confirm_urgency(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    letter.is_urgent = True
    letter.urgency_checked_on = timezone.localdate()


def lower_urgency(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    letter.is_urgent = False
    letter.urgency_checked_on = timezone.localdate()


def does_not_agree(letter: Letter, by: Principal) -> str:
    return "" if letter.may_be_published else _now("You have not agreed that the answer is published.")


def take_back_consent(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    letter.may_be_published = False


WRITER_STEPS = (
    Transition(
        "forbid_publishing",
        _("Take back the consent to publishing"),
        done_label=_("The writer no longer agrees to publishing"),
        sources=tuple(Status),
        target=as_before,
        targets=tuple(Status),
        condition=does_not_agree,
        effect=take_back_consent,
        public=True,
    ),
    note(
        "append",
        _("Add to the letter"),
        OPEN,
        done_label=_("The writer added something"),
        form=writer_forms.AdditionForm,
        condition=why_not_added,
        then=add_text,
        public=True,
    ),
    Transition(
        "confirm_urgency",
        _("Confirm: urgent"),
        done_label=_("Marked as urgent"),
        sources=OPEN,
        target=as_before,
        targets=OPEN,
        verb="register",
        condition=why_urgency_stands,
        effect=confirm_urgency,
    ),
    Transition(
        "lower_urgency",
        _("Not urgent"),
        done_label=_("No longer urgent"),
        sources=OPEN,
        target=as_before,
        targets=OPEN,
        verb="register",
        condition=why_not_urgent,
        effect=lower_urgency,
        reason="required",
    ),
)
