"""What the page of a letter says of its reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.pages import links
from sections.office.letters.choices import Status
from sections.office.letters.models import Letter
from sections.office.reviews.models import Review
from sections.office.reviews.selectors import final_letters_of_writer
from sections.office.reviews.services import why_not_asked

SHOWN = 5
# While the office has not decided yet whether the letter is accepted.
NEW = (Status.RECEIVED, Status.REGISTERED)


def has_reviews(letter: Letter, by: Principal) -> bool:
    return letter.status == Status.ANSWERED or letter.reviews.exists()


def reviews_of(letter: Letter, by: Principal) -> Mapping[str, Any]:
    rows = permitted(by, "view", Review).filter(letter=letter).order_by("pk")
    may_enter = permitted(by, "register", Letter).filter(pk=letter.pk).exists()
    refusal = why_not_asked(letter, timezone.localdate()) if letter.status == Status.ANSWERED else ""
    can_enter = letter.status == Status.ANSWERED and may_enter and not refusal
    query = urlencode({"letter_number": letter.number})
    return {
        "reviews": [(review, links.address(review)) for review in rows],
        "refusal": refusal,
        "enter": f"{links.page(Review, 'add')}?{query}" if can_enter else "",
    }


def is_repeated(letter: Letter, by: Principal) -> bool:
    """Whether the office should look if a re-review has closed this matter already (art. 36)."""
    registers = permitted(by, "register", Letter).filter(pk=letter.pk)
    return letter.status in NEW and registers.exists() and final_letters_of_writer(letter, by).exists()


def final_letters(letter: Letter, by: Principal) -> Mapping[str, Any]:
    rows = final_letters_of_writer(letter, by).order_by("-received_on")[:SHOWN]
    return {"letters": [(one, links.address(one)) for one in rows]}
