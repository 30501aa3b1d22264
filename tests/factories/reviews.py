"""Reviews of answers, one function per state that matters; each walks the real way."""

from __future__ import annotations

from typing import Any

from bureau.accounts.models import User
from bureau.accounts.principals import Holder
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.workflow import services as workflow
from sections.office.letters.models import Letter
from sections.office.reviews.choices import Opinion
from sections.office.reviews.models import Review
from sections.office.reviews.services import ask_review
from tests.cast import Cast, person
from tests.factories import letters

REASON = "The stop is still 900 metres away."


def writer(letter: Letter) -> Holder:
    return Holder("office.letter", letter.pk)


def reviewer() -> User:
    """An officer of the office who had nothing to do with any answer."""
    found = User.objects.filter(username="office_reviewer").first()
    return found or person("office_reviewer", (Unit.objects.get(key="office"), Role.OFFICER))


def asked(cast: Cast, letter: Letter | None = None, **changes: Any) -> Review:
    letter = letter or letters.answered(cast, **changes)
    return ask_review(letter, by=writer(letter), reason=REASON)


def decided(cast: Cast, letter: Letter | None = None, outcome: str = Opinion.UPHELD) -> Review:
    data = {"outcome": outcome, "opinion": "The answer follows the rules."}
    return workflow.perform(asked(cast, letter), "decide", by=reviewer(), data=data)
