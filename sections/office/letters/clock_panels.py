"""What the page of a letter says of its time: extensions, warnings, answers that stood before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.accounts.principals import Principal
from sections.office.letters.models import Letter


def has_times(letter: Letter, by: Principal) -> bool:
    warned = hasattr(letter, "retention_notice")
    return warned or letter.extensions.exists() or letter.escalations.exists()


def times(letter: Letter, by: Principal) -> Mapping[str, Any]:
    return {
        "extensions": letter.extensions.select_related("asked_by", "decided_by"),
        "retention": getattr(letter, "retention_notice", None),
        "is_gone": letter.anonymised_on is not None,
        "escalations": letter.escalations.select_related("clock__rule"),
    }


def was_reopened(letter: Letter, by: Principal) -> bool:
    return letter.reopened_on is not None or letter.earlier_answers.exists()


def earlier_answers(letter: Letter, by: Principal) -> Mapping[str, Any]:
    return {"answers": letter.earlier_answers.select_related("unit")}


def has_ended_otherwise(letter: Letter, by: Principal) -> bool:
    return bool(letter.referred_to or letter.ground)
