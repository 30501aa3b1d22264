"""Who works at a desk or in a school is told while mails and exports leave late, and no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bureau.jobs.selectors import TRIES_UNTIL_SAID
from bureau.outbox.models import Effect
from tests.attacks.walking import signed_in
from tests.cast import Cast, in_english

pytestmark = pytest.mark.django_db
SAID = "leave later than usual"
LATE = [{"due_at": -timedelta(hours=1)}, {"due_at": timedelta(hours=1), "attempts": TRIES_UNTIL_SAID}]
AS_EVER = [
    {"due_at": timedelta(0)},
    {"due_at": timedelta(minutes=1), "attempts": TRIES_UNTIL_SAID - 1},
    {"due_at": -timedelta(hours=1), "status": "done"},
    {"due_at": -timedelta(hours=1), "status": "dead", "attempts": 6},
]


def waiting(due_at: timedelta, **changes: Any) -> Effect:
    return Effect.objects.create(task="notices.deliver", key="one", due_at=timezone.now() + due_at, **changes)


def pages(cast: Cast) -> list[str]:
    people = {"/desk/": cast.office_clerk, "/school/": cast.principal}
    return [signed_in(in_english(who)).get(path).content.decode() for path, who in people.items()]


@pytest.mark.parametrize("effect", LATE)
def test_it_is_said_on_both_start_pages_until_it_is_done(cast: Cast, effect: dict[str, Any]) -> None:
    late = waiting(**effect)
    assert [SAID in page for page in pages(cast)] == [True, True]
    Effect.objects.filter(pk=late.pk).update(status="done")
    assert [SAID in page for page in pages(cast)] == [False, False]


@pytest.mark.parametrize("effect", AS_EVER)
def test_nobody_is_alarmed_by_what_goes_as_ever(cast: Cast, effect: dict[str, Any]) -> None:
    waiting(**effect)
    assert [SAID in page for page in pages(cast)] == [False, False]
