"""What asking for another value has in common, whatever the register."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bureau.proposals.models import Proposal
from bureau.workflow.refusals import Invalid


def check_reason(reason: str) -> None:
    """Raises Invalid where somebody asks without saying why."""
    if not reason.strip():
        sentence = _("Some of these fields are kept by the education bureau. Say why they should change.")
        raise Invalid(sentence, {"reason": [sentence]})


def refuse_second(waiting: QuerySet[Proposal], *, at: str) -> None:
    """Raises Invalid, at the form's field `at`, while a request for the same waits for a decision."""
    first = waiting.first()
    if first is not None:
        sentence = _(
            "You have asked for another value of “%(field)s” already. Withdraw that request first."
        ) % {"field": first.field_label}
        raise Invalid(sentence, {at: [sentence]})


def overtaken(now: object, then: object) -> str:
    """Why a request can no longer be accepted: the value it was to replace is gone; "" where it stands."""
    if now == then:
        return ""
    return _("The value was changed after the school asked. Refuse the request; the school may ask again.")
