"""Public answers, one function per stretch of their way; each walks the real way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from bureau.accounts.models import User
from bureau.workflow import services as workflow
from sections.office.answers.choices import Consent
from sections.office.answers.models import PublishedAnswer
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import letters


def prepared(
    cast: Cast, letter: Letter | None = None, *, consent: str = Consent.PHONE, **changes: Any
) -> PublishedAnswer:
    """By the office's clerk, from an answered letter."""
    letter = letter or letters.answered(cast, **changes)
    day = timezone.localdate() - timedelta(days=1) if consent else None
    made = PublishedAnswer(letter=letter, consent=consent, consent_on=day)
    return workflow.perform(made, "prepare", by=cast.office_clerk)


def checked(cast: Cast, letter: Letter | None = None, **changes: Any) -> PublishedAnswer:
    return workflow.perform(prepared(cast, letter, **changes), "check", by=cast.office_chief)


def published(cast: Cast, letter: Letter | None = None, **changes: Any) -> PublishedAnswer:
    return workflow.perform(checked(cast, letter, **changes), "publish", by=cast.office_chief)


def withdrawn(cast: Cast, letter: Letter | None = None, **changes: Any) -> PublishedAnswer:
    return workflow.perform(
        published(cast, letter, **changes), "withdraw", by=cast.office_chief, reason="The rule has changed."
    )


def stored() -> PublishedAnswer:
    """One that the table accepts in every status, past the engine."""
    from tests.site.test_transitions import build

    person = User.objects.first() or User.objects.create(username="reader", name="Reader")
    day = timezone.localdate()
    return build(PublishedAnswer, consent=Consent.PHONE, consent_on=day, published_on=day, checked_by=person)
