"""What the page of a letter says of the time after the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from bureau.access.services import may, may_add, permitted
from bureau.accounts.principals import Principal
from sections.office.answers.choices import Consent
from sections.office.answers.models import PublishedAnswer
from sections.office.letters.choices import Status
from sections.office.letters.models import AnswerWarning, Dispute, Letter


def has_said(letter: Letter, _by: Principal) -> bool:
    return bool(letter.rating or letter.solved or letter.solved_asked_on)


def disputes(letter: Letter, by: Principal) -> Mapping[str, Any]:
    return {"rows": permitted(by, "view", Dispute).filter(letter=letter)}


def has_disputes(letter: Letter, _by: Principal) -> bool:
    return bool(letter.solved) and letter.disputes.exists()


def warnings(letter: Letter, by: Principal) -> Mapping[str, Any]:
    return {"rows": AnswerWarning.objects.filter(letter=letter).select_related("by")}


def sees_warnings(letter: Letter, by: Principal) -> bool:
    """Who approves the answer, and who supervises it."""
    if not letter.warnings.exists():
        return False
    return bool(may(by, "approve", letter) or may(by, "supervise", letter))


def publication(letter: Letter, by: Principal) -> Mapping[str, Any]:
    """The copies that there are, and the way to a new one."""
    rows = permitted(by, "view", PublishedAnswer).filter(letter=letter)
    is_free = not any(row.status != "withdrawn" for row in rows)
    address = reverse("desk:office:publishedanswer_add")
    return {
        "rows": [(row, reverse("desk:office:publishedanswer_detail", args=[row.pk])) for row in rows],
        "add_url": f"{address}?{urlencode(_prefilled(letter))}" if is_free else "",
    }


def _prefilled(letter: Letter) -> dict[str, str]:
    """What the form for a public copy holds already."""
    found = {"letter": letter.number}
    if letter.may_be_published:
        found |= {"consent": Consent.WEB, "consent_on": letter.received_on.isoformat()}
    return found


def may_publish(letter: Letter, by: Principal) -> bool:
    return letter.status == Status.ANSWERED and bool(may_add(by, PublishedAnswer))
