"""Letters, one function per state that matters; each walks the real way."""

from __future__ import annotations

import itertools
from typing import Any

from django.utils import timezone

from bureau.charter.models import Unit
from bureau.workflow import services as workflow
from sections.office.letters.choices import Channel, Kind, Outcome
from sections.office.letters.models import Letter
from sections.office.letters.reply_guard import reasons_for
from sections.office.letters.services import Receipt, enter_letter, send_letter
from tests.cast import Cast

_tokens = itertools.count()


def sent(**changes: Any) -> Receipt:
    values: dict[str, Any] = {
        "kind": Kind.REQUEST,
        "title": "School bus stop",
        "body": "Where does the bus stop after the holidays?",
        "name": "Wang Example",
        "phone": "13800000000",
        "school": None,
        "token": f"token-{next(_tokens)}",
    }
    return send_letter(**{**values, **changes})


def registered(cast: Cast, **changes: Any) -> Letter:
    letter = sent(**changes).letter
    data = {"kind": letter.kind, "school": letter.school}
    return workflow.perform(letter, "register", by=cast.office_clerk, data=data)


def accepted(cast: Cast, **changes: Any) -> Letter:
    return workflow.perform(registered(cast, **changes), "accept", by=cast.office_chief)


def assigned(cast: Cast, *, to: str = "basic", **changes: Any) -> Letter:
    data = {"unit": Unit.objects.get(key=to), "leaks_seen": True}
    return workflow.perform(accepted(cast, **changes), "assign", by=cast.office_clerk, data=data)


def drafted(cast: Cast, **changes: Any) -> Letter:
    data = {"answer": "The bus stops at the north gate.", "outcome": Outcome.EXPLAINED}
    return workflow.perform(assigned(cast, **changes), "draft", by=cast.basic_clerk, data=data)


def proposed(cast: Cast, **changes: Any) -> Letter:
    letter = drafted(cast, **changes)
    reasons = reasons_for(letter, cast.basic_clerk, "propose", "A letter of a test.")
    return workflow.perform(letter, "propose", by=cast.basic_clerk, data=reasons)


def to_answer(cast: Cast, letter: Letter) -> Letter:
    """A letter that was just sent, all the way to its answer."""
    unit = Unit.objects.get(key="basic")
    data: dict[str, Any] = {"answer": "The bus stops at the north gate.", "outcome": Outcome.EXPLAINED}
    given = {"kind": letter.kind, "school": letter.school}
    letter = workflow.perform(letter, "register", by=cast.office_clerk, data=given)
    letter = workflow.perform(letter, "accept", by=cast.office_chief)
    letter = workflow.perform(letter, "assign", by=cast.office_clerk, data={"unit": unit, "leaks_seen": True})
    letter = workflow.perform(letter, "draft", by=cast.basic_clerk, data=data)
    letter = workflow.perform(letter, "propose", by=cast.basic_clerk)
    return workflow.perform(letter, "approve", by=cast.office_chief)


def answered(cast: Cast, **changes: Any) -> Letter:
    letter = proposed(cast, **changes)
    reasons = reasons_for(letter, cast.office_chief, "approve", "A letter of a test.")
    return workflow.perform(letter, "approve", by=cast.office_chief, data=reasons)


def entered(cast: Cast, **changes: Any) -> Letter:
    """A letter that the office clerk entered: somebody telephoned."""
    values: dict[str, Any] = {
        "channel": Channel.PHONE,
        "received_on": timezone.localdate(),
        "kind": Kind.REQUEST,
        "title": "Lunch in the canteen",
        "body": "The soup was cold on three days of this week.",
        "sender_name": "Li Example",
        "sender_phone": "13900000000",
    }
    token = f"desk-{next(_tokens)}"
    return enter_letter(values={**values, **changes}, token=token, by=cast.office_clerk).letter


def co_handled(cast: Cast, *, by: str = "preschool", **changes: Any) -> Letter:
    """With the basic section, and another one that was asked to contribute."""
    units = {"unit": Unit.objects.get(key="basic"), "co_units": [Unit.objects.get(key=by)]}
    data = {**units, "leaks_seen": True}
    return workflow.perform(accepted(cast, **changes), "assign", by=cast.office_clerk, data=data)


def merged(cast: Cast, into: Letter, **changes: Any) -> Letter:
    letter = registered(cast, **changes)
    return workflow.perform(letter, "merge", by=cast.office_clerk, data={"other": into, "leaks_seen": True})
