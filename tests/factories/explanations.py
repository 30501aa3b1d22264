"""Requests for explanation and to see a writer, one function per state that matters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from bureau.accounts.models import User
from bureau.charter.models import Unit
from bureau.workflow import services as workflow
from sections.office.explanations.models import Explanation
from sections.office.explanations.services import draft_explanation
from sections.office.identities.models import IdentityRequest
from sections.office.identities.services import ask_identity
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import letters

TEXT = "请说明放学时段校门口的秩序安排。"


def about_school(cast: Cast, **changes: Any) -> Letter:
    """A letter with a section, about the school of the cast."""
    return letters.assigned(cast, **{"school": cast.school, **changes})


def drafted(
    cast: Cast, *, letter: Letter | None = None, by: User | None = None, **changes: Any
) -> Explanation:
    values: dict[str, Any] = {
        "letter": letter or about_school(cast),
        "recipient": cast.school.unit,
        "subject": "关于放学秩序的说明",
        "text": TEXT,
        "due_on": timezone.localdate() + timedelta(days=7),
    }
    return draft_explanation(by=by or cast.basic_clerk, **{**values, **changes})


def handed_on(cast: Cast, **changes: Any) -> Explanation:
    return workflow.perform(drafted(cast, **changes), "propose", by=cast.basic_clerk)


def sent(cast: Cast, **changes: Any) -> Explanation:
    return workflow.perform(handed_on(cast, **changes), "send", by=cast.basic_officer, data={})


def explained(cast: Cast, *, answer: str = "放学时段有两名教师值守。", **changes: Any) -> Explanation:
    return workflow.perform(sent(cast, **changes), "answer", by=cast.principal, data={"answer": answer})


def identity_asked(cast: Cast, *, letter: Letter | None = None, days: int = 2) -> IdentityRequest:
    return ask_identity(
        letter=letter or letters.assigned(cast), purpose="须向来信人核实", days=days, by=cast.basic_officer
    )


def identity_open(cast: Cast, **changes: Any) -> IdentityRequest:
    return workflow.perform(identity_asked(cast, **changes), "approve", by=cast.office_chief)


def identity_stored() -> IdentityRequest:
    """One row past the engine, with what every status needs."""
    letter = Letter.objects.first() or Letter.objects.create(
        number="L1",
        kind="request",
        title="1",
        body="1",
        answer="1",
        received_on=timezone.localdate(),
        owner=Unit.objects.first() or _some_unit(),
    )
    people = [User.objects.create(username=name, name=name, password="!") for name in ("asker", "decider")]
    return IdentityRequest.objects.create(
        letter=letter,
        asked_by=people[0],
        decided_by=people[1],
        purpose="1",
        until=timezone.now() + timedelta(days=1),
    )


def _some_unit() -> Unit:
    group = Group.objects.create(name="some unit")
    return Unit.objects.create(key="some-unit", kind="section", name_zh="某科", group=group)
